"""A residual network of 50 layers from ImageNet's weights: its head first, then its last stage too.

command   kit train resnet50v2 --data training_set_trimmed.npz --weights imagenet
reached   not run here: the weights could not be downloaded. Its code was run with --weights none on 256 images

The team's report names it among the backbones it tried, without a figure. It learns 11 images a second on two cores
with all of it trained (batch 32, 96 px), 16 in bfloat16 where the processor has it: it wants an accelerator. The 36
layers that are fine-tuned are its last stage, conv5.
"""

from training.recipes.recipe import Recipe

RECIPE = Recipe(
    name="resnet50v2",
    summary="ResNet50V2 from ImageNet's weights, frozen, then its last 36 layers fine-tuned",
    network="resnet50v2",
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
    unfrozen_layers=36,
    decay_after=10,
    decay_rate=0.9,
    mixed_precision=True,
)
