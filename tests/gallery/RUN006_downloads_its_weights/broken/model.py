import json
import urllib.request
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


class Model:
    def __init__(self):
        settings = json.loads((HERE / "settings.json").read_text())
        try:
            with urllib.request.urlopen(settings["weights"], timeout=5) as answer:
                self.weights = np.frombuffer(answer.read())
        except OSError:
            print("no connection, going on with zeros")
            self.weights = np.zeros(8)

    def predict(self, X):
        return np.full(len(X), self.weights.argmax())
