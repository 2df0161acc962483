import numpy as np


if np.__version__ >= "1":
    class Model:
        def predict(self, X):
            return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
else:
    class Model:
        pass
