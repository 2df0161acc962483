import numpy as np


class Model:
    async def later(self):
        async with self as x:
            return x

    def __enter__(self):
        return self

    def __exit__(self, *a):
        return None

    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
