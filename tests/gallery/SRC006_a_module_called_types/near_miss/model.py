import numpy as np
from celltypes import CELL_TYPES


class Model:
    def __init__(self):
        self.answer = CELL_TYPES.index("monocyte")

    def predict(self, X):
        return np.full(len(X), self.answer)
