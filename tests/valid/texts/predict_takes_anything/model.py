import numpy as np


class Model:
    def predict(self, *args, **options):
        X = args[0]
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
