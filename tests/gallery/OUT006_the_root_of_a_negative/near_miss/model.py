import numpy as np


class Model:
    def predict(self, X):
        brightness = X.mean(axis=(1, 2, 3)) - 127.5
        contrast = np.sqrt(np.abs(brightness))
        return np.floor(contrast * 4).astype(int)
