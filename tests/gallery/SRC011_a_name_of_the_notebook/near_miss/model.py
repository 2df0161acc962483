import numpy as np
from settings import *


class Model:
    def __init__(self):
        self.answer = 3

    def predict(self, X):
        X = preprocess(X)
        return np.full(len(X), self.answer)


def train():
    network.fit(x_train, y_train)
