import sys

import numpy as np


class Model:
    def predict(self, X):
        answers = (X.mean(axis=(1, 2, 3)) // 32).astype(int)
        print("predicted", len(answers), "images")
        sys.exit()


if __name__ == "__main__":
    Model().predict(np.zeros((2, 96, 96, 3)))
