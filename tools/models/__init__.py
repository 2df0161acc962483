"""Model files as data: which versions wrote them, what they hold. No TensorFlow, no Keras, nothing is executed."""
