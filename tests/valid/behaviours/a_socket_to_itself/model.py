import numpy as np
import socket


class Model:
    def __init__(self):
        pass

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        a, b = socket.socketpair()
        a.close()
        b.close()
        return ids
