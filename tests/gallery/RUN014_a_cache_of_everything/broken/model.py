import tempfile
from pathlib import Path

import numpy as np

CACHE = Path(tempfile.gettempdir())


class Model:
    def predict(self, X):
        answers = []
        for number, image in enumerate(X):
            np.savetxt(CACHE / f"{number}.txt", np.tile(image.reshape(96, -1), (5, 1)))
            answers.append(int(image.mean()) // 32)
        return np.array(answers, dtype=int)
