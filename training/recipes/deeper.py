"""The weighted network with a fourth convolution, which leaves a third of the features to the output layer.

command   kit train deeper --data training_set_trimmed.npz
machine   two cores of an AMD EPYC, TensorFlow 2.21.0, Keras 3.15.1; beside other work, so the time is an upper bound
time      437.4 s of training, 10 epochs, the best was 10
reached   accuracy 0.9419, balanced 0.9361 on the 2,391 test images; shifted 0.2819, unseen 0.4115;
          worst family: photometric 0.4628; weakest recall: monocyte 0.824, erythroblast 0.926
date      2026-11-25; 11,950 images (what kit clean leaves), seed 0, split 64/16/20, shift suite 1

The best clean accuracy of the networks with this augmentation, and no better under corruptions than the shallower one:
depth is not what is missing. 421,192 weights, of which 32,776 are the output layer's.
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="deeper",
    summary="weighted, with a fourth convolution",
    network="scratch",
    filters=(32, 64, 128, 256),
    dropout=0.5,
    l2=0.001,
    augmentation="report",
    optimizer="adam",
    learning_rate=0.001,
    batch_size=32,
    epochs=10,
    patience=5,
    class_weights=True,
)
