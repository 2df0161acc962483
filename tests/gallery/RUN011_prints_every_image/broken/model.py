import numpy as np


class Model:
    def predict(self, X):
        answers = []
        for image in X:
            print("image:", image.tolist())
            answers.append(int(image.mean()) // 32)
        return np.array(answers, dtype=int)
