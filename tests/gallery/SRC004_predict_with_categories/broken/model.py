import numpy as np


class Model:
    def __init__(self):
        self.answer = 3

    def predict(self, X, categories):
        return np.full(len(X), self.answer)
