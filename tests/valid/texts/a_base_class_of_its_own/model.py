import numpy as np
class Base:
    def __init__(self, size=8):
        self.size = size

    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8


class Model(Base):
    pass
