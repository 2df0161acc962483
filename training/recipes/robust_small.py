"""From scratch, under a million weights, for corrupted images.

command   kit train robust-small --data training_set_trimmed.npz
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="robust-small",
    summary="a residual network from scratch under strong augmentation, its weights averaged",
    network="residual",
    filters=(48, 96, 160),
    blocks=(1, 1, 1),
    standardize=True,
    augmentation="strong",
    label_smoothing=0.1,
    optimizer="adamw",
    learning_rate=2e-3,
    weight_decay=0.02,
    schedule="cosine",
    ema_decay=0.998,
    image_sides=(64, 64, 96),
    batch_size=64,
    epochs=60,
    patience=None,
)
