import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
CLASSES = json.loads((HERE / "classes.json").read_text())["class_names"]


class Model:
    def predict(self, X):
        return np.full(len(X), CLASSES.index("monocyte"))
