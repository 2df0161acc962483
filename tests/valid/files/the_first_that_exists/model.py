import numpy as np
from pathlib import Path
PLACES = [Path('/content/drive/MyDrive/w.npy'), Path('/kaggle/input/w.npy'), Path(__file__).parent / 'w.npy']
HERE = Path(__file__).resolve().parent


class Model:
    def __init__(self):
        self.order = np.load(next(p for p in PLACES if p.exists()))

    def predict(self, X):
        return np.asarray(self.order)[np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8].astype(np.int64)
