"""The weighted network trained by Lion instead of Adam.

command   kit train lion --data training_set_trimmed.npz
machine   two cores of an AMD EPYC, TensorFlow 2.21.0, Keras 3.15.1; beside other work, so the time is an upper bound
time      468.5 s of training, 10 epochs, the best was 10
reached   accuracy 0.9239, balanced 0.9227 on the 2,391 test images; shifted 0.2802, unseen 0.3940;
          worst family: noise 0.3678; weakest recall: immature granulocyte 0.812, erythroblast 0.853
date      2026-11-25; 11,950 images (what kit clean leaves), seed 0, split 64/16/20, shift suite 1

A rate of a tenth of Adam's and a decay of 0.01, as Lion's paper advises. No better than Adam here, clean or shifted;
its worst family is noise, where the others' is colour.
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="lion",
    summary="weighted, trained by Lion",
    network="scratch",
    filters=(32, 64, 128),
    dropout=0.5,
    l2=0.001,
    augmentation="report",
    optimizer="lion",
    learning_rate=0.0001,
    batch_size=32,
    epochs=10,
    patience=5,
    class_weights=True,
    weight_decay=0.01,
)
