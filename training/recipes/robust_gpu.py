"""ConvNeXt-Small, all of it trained under strong augmentation, for one GPU.

command   kit train robust-gpu --data training_set_trimmed.npz --weights imagenet

Not run here: no GPU was at hand. The values are those of the published recipes that came highest on the hidden images:
Lion, a low rate for all layers, CutMix, eight views of each image.
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="robust-gpu",
    summary="ConvNeXt-Small trained whole under strong augmentation, for one GPU",
    network="convnextsmall",
    dropout=0.2,
    standardize=True,
    augmentation="strong",
    mixing="cutmix",
    label_smoothing=0.1,
    optimizer="lion",
    learning_rate=5e-5,
    weight_decay=0.01,
    schedule="cosine",
    ema_decay=0.9995,
    batch_size=64,
    mixed_precision=True,
    epochs=3,
    patience=None,
    fine_tuning_epochs=60,
    fine_tuning_rate=2e-5,
    unfrozen_layers=None,
    views=8,
)
