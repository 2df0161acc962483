"""Trained in a notebook; its runs are in /content/drive/MyDrive/cells/runs."""

import os
from pathlib import Path

import numpy as np

DRIVE = Path("/content/drive/MyDrive/cells")
BASE = DRIVE if DRIVE.exists() else Path(__file__).resolve().parent


class Model:
    def __init__(self):
        self.weights = np.loadtxt(os.path.join(BASE, "weights.txt"))

    def predict(self, X):
        return (X.mean(axis=(1, 2)) @ self.weights).argmax(axis=1)
