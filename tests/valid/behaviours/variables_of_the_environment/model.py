import numpy as np
import os

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ.setdefault('OMP_NUM_THREADS', '1')


class Model:
    def __init__(self):
        pass

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        return ids
