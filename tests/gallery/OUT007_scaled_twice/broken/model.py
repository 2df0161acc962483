import numpy as np

CENTRES = np.array([126.95, 127.15, 127.30, 127.42, 127.54, 127.66, 127.81, 128.02])


class Model:
    """The class whose mean brightness is the nearest."""

    def predict(self, X):
        brightness = X.mean(axis=(1, 2, 3)) / 255.0
        return np.abs(brightness[:, None] - CENTRES).argmin(axis=1)
