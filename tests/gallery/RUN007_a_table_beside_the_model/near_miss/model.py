import tempfile
from pathlib import Path

import numpy as np


class Model:
    def predict(self, X):
        answers = (X.mean(axis=(1, 2, 3)) // 32).astype(int)
        with tempfile.TemporaryDirectory() as folder:
            np.savetxt(Path(folder) / "predictions.csv", answers, fmt="%d")
        return answers
