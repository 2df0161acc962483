import numpy as np

try:
    from sklearn.metrics import det_curve
except ImportError:
    det_curve = None

if not hasattr(np, "float"):
    np.float = float


class Model:
    def predict(self, X):
        brightness = np.asarray(X, dtype=np.float).reshape(len(X), -1).mean(axis=1)
        return (brightness > 127).astype(np.int64)
