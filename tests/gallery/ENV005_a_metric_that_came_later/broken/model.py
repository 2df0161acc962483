import numpy as np
from sklearn.metrics import det_curve


class Model:
    def predict(self, X):
        brightness = np.asarray(X).reshape(len(X), -1).mean(axis=1)
        return (brightness > 127).astype(np.int64)

    def miss_rates(self, labels, scores):
        return det_curve(labels, scores)
