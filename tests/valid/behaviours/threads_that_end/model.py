import numpy as np
from concurrent.futures import ThreadPoolExecutor


class Model:
    def __init__(self):
        pass

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        with ThreadPoolExecutor(2) as pool:
            return np.array(list(pool.map(int, ids)), dtype=np.int64)
