import numpy as np


class Model:
    def predict(self, X):
        labels = (X.mean(axis=(1, 2, 3)) // 32).astype(int)
        return np.eye(8)[labels]
