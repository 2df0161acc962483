"""InceptionV3 from ImageNet's weights: its head first, then its last two blocks too.

command   kit train inceptionv3 --data training_set_trimmed.npz --weights imagenet
reached   not run here: the weights could not be downloaded. Its code was run with --weights none on 256 images

The team's report names it among the backbones it tried, without a figure. It takes images of 75 pixels a side and
more; of 96 its last features are a single place. The 62 layers that are fine-tuned come after mixed8.
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="inceptionv3",
    summary="InceptionV3 from ImageNet's weights, frozen, then its last 62 layers fine-tuned",
    network="inceptionv3",
    hidden_units=(256, 128),
    dropout=0.3,
    l1=1e-06,
    l2=0.0001,
    augmentation="report",
    class_weights=True,
    optimizer="adam",
    learning_rate=0.001,
    batch_size=32,
    epochs=15,
    patience=5,
    fine_tuning_epochs=15,
    fine_tuning_rate=5e-05,
    unfrozen_layers=62,
    decay_after=10,
    decay_rate=0.9,
    mixed_precision=True,
)
