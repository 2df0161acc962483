import numpy as np
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


class Model:
    def predict(self, X):
        return np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
