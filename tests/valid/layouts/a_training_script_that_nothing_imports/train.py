import argparse
from google.colab import drive
import tensorflow as tf

drive.mount('/content/drive')
images = open('/content/drive/MyDrive/x.npz')
model = tf.keras.applications.ResNet50V2(weights='imagenet')
model.fit(images)
