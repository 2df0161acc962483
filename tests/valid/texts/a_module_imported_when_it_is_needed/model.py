import numpy as np


class Model:
    def explain(self):
        import shap
        return shap

    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
