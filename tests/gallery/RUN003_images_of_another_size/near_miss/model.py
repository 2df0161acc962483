import numpy as np


class Model:
    def predict(self, X):
        flat = self.preprocess(X)
        return (flat.mean(axis=1) // 32).astype(int)

    def preprocess(self, X):
        return X.reshape(-1, 96 * 96 * 3) / 255.0
