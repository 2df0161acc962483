
import numpy as np
from tensorflow import keras
from tensorflow.keras.applications import EfficientNetV2B0



class Model:
    def __init__(self):
        base = EfficientNetV2B0(include_top=False, input_shape=(96, 96, 3), pooling="avg")
        self.network = keras.Sequential([base, keras.layers.Dense(8)])

    def predict(self, X):
        return np.argmax(self.network.predict(X), axis=1)
