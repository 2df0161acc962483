import numpy as np


class Classifier:
    def predict(self, X, categories=None, *, batch_size=64):
        return np.full(len(X), self.answer)


class Model(Classifier):
    def __init__(self):
        self.answer = 3
