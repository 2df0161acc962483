import numpy as np
import threading


class Model:
    def __init__(self):
        pass

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        t = threading.Thread(target=print)
        t.start()
        t.join()
        return ids
