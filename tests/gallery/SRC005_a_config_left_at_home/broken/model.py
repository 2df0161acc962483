import numpy as np
from config import NUM_CLASSES


class Model:
    def __init__(self):
        import albumentations_extra  # for the flips at test time

        self.flip = albumentations_extra.flip

    def predict(self, X):
        return np.full(len(X), NUM_CLASSES - 1)
