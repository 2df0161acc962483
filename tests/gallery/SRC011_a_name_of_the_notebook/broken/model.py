import numpy as np
from settings import CLASSES


class Model:
    def __init__(self):
        self.answer = 3

    def predict(self, X):
        X = preprocess(X)
        return np.full(len(X), self.answer)
