import numpy as np


class Model:
    def predict(self, numbers):
        return (2 * np.array(numbers)).tolist()
