import importlib

parts = importlib.import_module('parts')


class Model:
    def predict(self, X):
        return parts.answer(X)
