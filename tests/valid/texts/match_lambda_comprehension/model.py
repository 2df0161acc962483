import numpy as np


class Model:
    sizes = [(lambda k: k)(k) for k in range(3)]

    def kind(self, value):
        match value:
            case {'a': [first, *rest]}:
                return first, rest
            case _:
                return None

    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
