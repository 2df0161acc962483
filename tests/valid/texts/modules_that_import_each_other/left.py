import numpy as np
import right


def answer(X):
    return right.same(np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8)
