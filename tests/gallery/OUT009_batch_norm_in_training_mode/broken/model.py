import numpy as np


class BatchNorm:
    def __init__(self, mean, variance):
        self.mean, self.variance = mean, variance

    def __call__(self, x, training):
        if training:
            mean, variance = x.mean(), x.var()
        else:
            mean, variance = self.mean, self.variance
        return (x - mean) / np.sqrt(variance + 1e-3)


class Model:
    def __init__(self):
        self.norm = BatchNorm(mean=127.5, variance=0.2)

    def predict(self, X):
        hidden = self.norm(X.mean(axis=(1, 2, 3)), training=True)
        return np.digitize(hidden, [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5])
