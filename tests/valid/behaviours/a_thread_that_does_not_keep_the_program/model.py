import numpy as np
import threading
import time


class Model:
    def __init__(self):
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        return ids
