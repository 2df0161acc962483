import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))

from config import NUM_CLASSES

try:
    import wandb
except ImportError:
    wandb = None


class Model:
    def __init__(self):
        self.answer = NUM_CLASSES - 1

    def predict(self, X):
        return np.full(len(X), self.answer)

    def plot(self):
        import seaborn_of_my_own

        seaborn_of_my_own.heatmap(self.answer)
