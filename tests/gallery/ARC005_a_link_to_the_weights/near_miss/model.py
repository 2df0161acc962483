from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


class Model:
    def __init__(self):
        self.weights = np.fromfile(HERE / "weights.bin", dtype=np.float32)

    def predict(self, X):
        flat = np.asarray(X, dtype=np.float32).mean(axis=(1, 2))
        return np.argmax(flat @ self.weights[:24].reshape(3, 8), axis=1)
