import numpy as np

CENTRES = (np.arange(8) * 32 + 16) / 255


class Model:
    """Trained on pixels divided by 255."""

    def predict(self, X):
        scaled = X.astype(np.float32) / 255
        brightness = scaled.mean(axis=(1, 2, 3))
        return np.abs(brightness[:, None] - CENTRES).argmin(axis=1)
