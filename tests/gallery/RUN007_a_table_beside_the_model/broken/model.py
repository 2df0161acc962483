from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


class Model:
    def predict(self, X):
        answers = (X.mean(axis=(1, 2, 3)) // 32).astype(int)
        np.savetxt(HERE / "predictions.csv", answers, fmt="%d")
        return answers
