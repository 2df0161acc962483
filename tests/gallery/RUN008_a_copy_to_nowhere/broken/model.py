import ctypes

import numpy as np


class Model:
    def predict(self, X):
        rows = np.ascontiguousarray(X)
        target = np.empty_like(rows)
        ctypes.memmove(0, rows.ctypes.data, rows.nbytes)
        return (target.mean(axis=(1, 2, 3)) // 32).astype(int)
