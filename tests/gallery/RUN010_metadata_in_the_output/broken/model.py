from pathlib import Path

import numpy as np

OUTPUT = Path("/app/output")


class Model:
    def predict(self, X):
        (OUTPUT / "metadata").write_text(f"images: {len(X)}\n")
        return np.full(len(X), 3)
