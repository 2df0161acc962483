import numpy as np


class Model:
    def predict(self, X):
        answers = []
        for image in X:
            grey = np.zeros(image.shape[:2])
            for row in range(96):
                for column in range(96):
                    grey[row, column] = np.median(image[row, column])
            answers.append(int(grey.mean()) // 32)
        return np.array(answers, dtype=int)
