import numpy as np
import os


class Model:
    def __init__(self):
        pass

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        here = os.getcwd()
        os.chdir('/')
        os.chdir(here)
        return ids
