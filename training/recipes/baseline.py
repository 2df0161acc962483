"""The report's first model, exactly: three convolutions trained from nothing, with the mildest augmentation.

command   kit train baseline --data training_set_trimmed.npz   (11,950 images: what kit clean leaves; seed 0; 64/16/20)
machine   two cores of an AMD EPYC, TensorFlow 2.21.0, Keras 3.15.1
time      718.6 s of training, 10 epochs; 12.5 minutes from the command to the finished run; 1.3 GB of memory
reached   accuracy 0.9548, balanced 0.9478 on the 2,391 test images; weakest recall: monocyte 0.874, basophil 0.899
date      2026-11-23

The team reported 0.9544 for it on clean images, and 0.21 on the hidden, corrupted ones: it is where the work begins.
The best epoch was the last, so more epochs may give more. A batch of 64 or 128 is no faster here (133 images/s each,
against 126 with 32, in one run of 1,024 images).
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="baseline",
    summary="three convolutions 32-64-128 from scratch, mirrored and turned images",
    network="scratch",
    filters=(32, 64, 128),
    augmentation="basic",
    optimizer="adam",
    learning_rate=1e-3,
    batch_size=32,
    epochs=10,
    patience=5,
)
