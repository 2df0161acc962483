import a.b.c

class Model:
    def predict(self, X):
        return a.b.c.answer(X)
