import threading
import time

import numpy as np


class Model:
    def __init__(self):
        threading.Thread(target=self.report, name="report").start()

    def report(self):
        for second in range(3):
            time.sleep(1)
            print("still here after", second, "s")

    def predict(self, X):
        return np.full(len(X), 3)
