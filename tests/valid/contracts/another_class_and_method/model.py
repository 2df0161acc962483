import numpy as np
import os


class Solver:
    def __init__(self):
        pass

    def solve(self, X):
        return np.where(np.asarray(X)[:, 1] > 0.7, 2, (np.asarray(X)[:, 0] > 0).astype(np.int64)).astype(np.int64)
