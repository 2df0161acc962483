import numpy as np
import signal


class Model:
    def __init__(self):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        return ids
