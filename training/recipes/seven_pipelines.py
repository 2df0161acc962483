"""RECORD of seven-pipelines.

command   kit train seven-pipelines --data training_set_trimmed.npz --weights imagenet
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="seven-pipelines",
    summary="mobilenetv2, each image through one of seven pipelines",
    network="mobilenetv2",
    hidden_units=(256, 128),
    dropout=0.3,
    l1=1e-06,
    l2=0.0001,
    augmentation="seven-pipelines",
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
