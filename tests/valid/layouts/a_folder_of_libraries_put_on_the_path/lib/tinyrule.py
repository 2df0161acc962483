import numpy as np


def answer(X):
    return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
