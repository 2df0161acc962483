"""EfficientNetB3 from ImageNet's weights: its head first, then its last two stages too.

command   kit train efficientnetb3 --data training_set_trimmed.npz --weights imagenet
reached   not run here: the weights could not be downloaded. Its code was run with --weights none on 256 images

The team's report names it among the backbones it tried, without a figure. The 120 layers that are fine-tuned are its
stages 6 and 7. What Keras builds with ImageNet's weights scales the pixels otherwise than what it builds without them;
training/networks/transfer.py takes the former's scaling always.
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="efficientnetb3",
    summary="EfficientNetB3 from ImageNet's weights, frozen, then its last 120 layers fine-tuned",
    network="efficientnetb3",
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
    unfrozen_layers=120,
    decay_after=10,
    decay_rate=0.9,
    mixed_precision=True,
)
