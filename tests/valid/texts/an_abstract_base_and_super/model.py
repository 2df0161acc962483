import numpy as np
from abc import ABC, abstractmethod


class Base(ABC):
    def __init__(self):
        self.ready = True

    @abstractmethod
    def predict(self, X): ...


class Model(Base):
    def __init__(self):
        super().__init__()

    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
