import numpy as np
from typing import Generic, TypeVar

T = TypeVar('T')


class Model(Generic[T]):
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
