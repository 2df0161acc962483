import numpy as np


class Model:
    def __init__(self):
        self.classes = 8

    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8


if __name__ == "__main__":
    import argparse

    import matplotlib.pyplot as plt

    parser = argparse.ArgumentParser()
    parser.parse_args()
    data = np.load("/content/drive/MyDrive/training_set.npz")
    plt.plot(data["labels"])
    plt.show()
