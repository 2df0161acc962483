import numpy as np
import atexit


class Model:
    def __init__(self):
        atexit.register(print, 'goodbye')

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        return ids
