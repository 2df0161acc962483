import numpy as np
import logging

logging.basicConfig(level=logging.INFO)
log = logging.getLogger(__name__)


class Model:
    def __init__(self):
        pass

    def predict(self, X):
        ids = np.asarray(X).astype(np.int64).sum(axis=(1, 2, 3)) % 8
        log.info('asked')
        return ids
