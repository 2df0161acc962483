import numpy as np


class Model:
    """Test-time augmentation: the mean over shifted views."""

    def predict(self, X):
        brightness = np.zeros(len(X))
        for shift in range(-40, 41):
            view = np.roll(X, shift, axis=1)
            brightness += view.mean(axis=(1, 2, 3)) / 81
        return (brightness // 32).astype(int)
