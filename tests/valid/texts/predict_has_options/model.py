import numpy as np


class Model:
    def predict(self, X, batch_size=32, *, verbose=0):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
