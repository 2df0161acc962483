"""MobileNetV2, trained whole under strong augmentation.

command   kit train robust-mobile --data training_set_trimmed.npz --weights FILE
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="robust-mobile",
    summary="MobileNetV2 trained whole under strong augmentation, its weights averaged",
    network="mobilenetv2",
    dropout=0.2,
    standardize=True,
    augmentation="strong",
    label_smoothing=0.1,
    optimizer="adamw",
    learning_rate=2e-3,
    weight_decay=0.02,
    schedule="cosine",
    ema_decay=0.998,
    image_sides=(64, 96),
    batch_size=64,
    epochs=1,
    patience=None,
    fine_tuning_epochs=24,
    fine_tuning_rate=5e-4,
    unfrozen_layers=None,
)
