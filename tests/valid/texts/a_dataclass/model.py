import numpy as np
from dataclasses import dataclass


@dataclass

class Model:
    classes: int = 8
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
