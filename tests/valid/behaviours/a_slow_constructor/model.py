import numpy as np
import time


class Model:
    def __init__(self):
        time.sleep(1.0)

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        return ids
