import numpy as np

NAMES = np.array(
    ["basophil", "eosinophil", "erythroblast", "ig", "lymphocyte", "monocyte", "neutrophil", "platelet"]
)


class Model:
    def predict(self, X):
        labels = (X.mean(axis=(1, 2, 3)) // 32).astype(int)
        return np.array([NAMES.tolist().index(name) for name in NAMES[labels]], dtype=np.uint8)
