import numpy as np
from concurrent.futures import ThreadPoolExecutor


class Model:
    def __init__(self):
        self.pool = ThreadPoolExecutor(2)

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        return np.array(list(self.pool.map(int, ids)), dtype=np.int64)
