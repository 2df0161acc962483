import numpy as np


class Model:
    """The labels of the training file were shifted by one for a framework that wants them so."""

    def predict(self, X):
        labels = X.sum(axis=(1, 2, 3), dtype=np.int64) % 8
        return (labels + 1) - 1
