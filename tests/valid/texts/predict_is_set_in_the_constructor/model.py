import numpy as np


class Model:
    def __init__(self):
        self.predict = lambda X: np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
