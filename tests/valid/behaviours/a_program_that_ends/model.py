import numpy as np
import subprocess
import sys


class Model:
    def __init__(self):
        pass

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        assert subprocess.run([sys.executable, '-c', ''], check=True)
        return ids
