"""Trained from /content/drive/MyDrive/x.npz; see https://example.org/a.h5."""
import numpy as np


class Model:
    def __init__(self):
        self.note = 'was C:\\Users\\me\\model.h5, now beside this file'

    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
