from parts import *


class Model:
    def predict(self, X):
        return answer(X)
