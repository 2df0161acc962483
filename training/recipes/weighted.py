"""RECORD of weighted.

command   kit train weighted --data training_set_trimmed.npz
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="weighted",
    summary="augmented, and each class counts the same",
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
    class_weights=True,
)
