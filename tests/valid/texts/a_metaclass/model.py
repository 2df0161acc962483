import numpy as np
class Meta(type):
    def __call__(cls, *a, **k):
        return super().__call__(*a, **k)


class Model(metaclass=Meta):
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
