import numpy as np

!pip install -q keras

class Model:
    def __init__(self):
        self.answer = 3

    def predict(self, X):
        return np.full(len(X), self.answer)
