"""RECORD of augmented.

command   kit train augmented --data training_set_trimmed.npz
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="augmented",
    summary="regularised, and images turned, moved, brightened and darkened",
    network="scratch",
    filters=(32, 64, 128),
    dropout=0.5,
    l2=0.001,
    augmentation="report",
    optimizer="adam",
    learning_rate=0.001,
    batch_size=32,
    epochs=10,
    patience=5,
)
