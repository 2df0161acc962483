"""RECORD of regularised.

command   kit train regularised --data training_set_trimmed.npz
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="regularised",
    summary="the baseline with dropout and L2 on its output layer",
    network="scratch",
    filters=(32, 64, 128),
    dropout=0.5,
    l2=0.001,
    augmentation="basic",
    optimizer="adam",
    learning_rate=0.001,
    batch_size=32,
    epochs=10,
    patience=5,
)
