import numpy as np
import sys
import warnings


class Model:
    def __init__(self):
        pass

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        warnings.warn('old weights')
        print('asked for', len(X))
        print('note', file=sys.stderr)
        return ids
