import numpy as np
from . import sizes


def answer(X):
    return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % sizes.CLASSES
