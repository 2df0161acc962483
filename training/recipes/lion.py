"""RECORD of lion.

command   kit train lion --data training_set_trimmed.npz
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
