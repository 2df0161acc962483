import numpy as np
import importlib.util

if importlib.util.find_spec('lightgbm'):
    import lightgbm


class Model:
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
