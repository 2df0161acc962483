import argparse
import time

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=7)
args = parser.parse_args()
time.sleep(60)  # until the GPU is free


class Model:
    def __init__(self):
        self.answer = args.seed % 8

    def predict(self, X):
        return np.full(len(X), self.answer)
