import numpy as np


class Model:
    def predict(self, X):
        answers = (X.mean(axis=(1, 2, 3)) // 32).astype(int)
        print(answers)
