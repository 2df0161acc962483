import numpy as np

__all__ = ['answer']


def answer(X):
    return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
