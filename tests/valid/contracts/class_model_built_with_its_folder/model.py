import numpy as np
import os


class model:
    def __init__(self, path):
        self.w = open(os.path.join(path, 'SubmissionModel', 'w.txt')).read()

    def predict(self, X):
        return np.where(np.asarray(X)[:, 1] > 0.7, 2, (np.asarray(X)[:, 0] > 0).astype(np.int64)).astype(np.int64)
