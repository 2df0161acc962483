import numpy as np


class Model:
    """Test-time augmentation: the mean over shifted views."""

    def predict(self, X):
        views = [np.roll(X, shift, axis=1).astype(np.float64) for shift in range(-40, 41)]
        brightness = np.mean(views, axis=(0, 2, 3, 4))
        return (brightness // 32).astype(int)
