import numpy as np

BATCH = 50


class Model:
    def predict(self, X):
        answers = np.zeros(len(X), dtype=int)
        batches = len(X) // BATCH
        for batch in range(batches):
            rows = slice(batch * BATCH, (batch + 1) * BATCH)
            answers[rows] = X[rows].mean(axis=(1, 2, 3)) // 32
        return answers[: batches * BATCH]
