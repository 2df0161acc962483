import numpy as np


class Model:
    def predict(self, X):
        brightness = X.mean(axis=(1, 2, 3), keepdims=True)
        return np.squeeze(brightness // 32).astype(int)
