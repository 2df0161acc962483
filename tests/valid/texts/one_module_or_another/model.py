import numpy as np
import sys

if sys.version_info >= (3, 99):
    import newlib as lib
else:
    import json as lib

assert lib


class Model:
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
