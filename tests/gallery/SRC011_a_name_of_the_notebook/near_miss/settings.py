CLASS_NAMES = ("basophil", "eosinophil")


def preprocess(X):
    return X / 255
