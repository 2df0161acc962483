import numpy as np


class Model:
    größe = 8
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % self.größe
