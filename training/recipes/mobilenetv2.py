"""RECORD of mobilenetv2.

command   kit train mobilenetv2 --data training_set_trimmed.npz --weights imagenet
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="mobilenetv2",
    summary="MobileNetV2 from ImageNet's weights, frozen, then its last 54 layers fine-tuned",
    network="mobilenetv2",
    hidden_units=(256, 128),
    dropout=0.3,
    l1=1e-06,
    l2=0.0001,
    augmentation="report",
    class_weights=True,
    optimizer="adam",
    learning_rate=0.001,
    batch_size=32,
    epochs=5,
    patience=3,
    fine_tuning_epochs=5,
    fine_tuning_rate=5e-05,
    unfrozen_layers=54,
)
