"""The report's first model, exactly: three convolutions trained from nothing, with the mildest augmentation.

command   to be measured
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
