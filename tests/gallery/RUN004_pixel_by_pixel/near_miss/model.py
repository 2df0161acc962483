import numpy as np


class Model:
    def predict(self, X):
        answers = []
        for image in X:
            grey = np.median(image, axis=2)
            answers.append(int(grey.mean()) // 32)
        return np.array(answers, dtype=int)
