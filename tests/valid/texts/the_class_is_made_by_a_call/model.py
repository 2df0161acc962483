import numpy as np


Model = type('Model', (), {'predict': lambda self, X: np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8})
