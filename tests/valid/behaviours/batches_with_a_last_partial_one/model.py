import numpy as np


class Model:
    def some(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8

    def predict(self, X):
        answers = np.zeros(len(X), dtype=np.int64)
        for start in range(0, len(X), 50):
            answers[start:start + 50] = self.some(X[start:start + 50])
        return answers
