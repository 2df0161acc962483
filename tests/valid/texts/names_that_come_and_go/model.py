import numpy as np
try:
    unicode
except NameError:
    unicode = str

for _i in range(3):
    pass
del _i


class Model:
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8


    def count(self):
        if (n := 3) > 2:
            total = [n * k for k in range(n)]
        del n
        return total
