import numpy as np
import multiprocessing


class Model:
    def __init__(self):
        pass

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        with multiprocessing.get_context('fork').Pool(2) as pool:
            return np.array(pool.map(int, ids), dtype=np.int64)
