"""The figures of a run, as PNG: learning curves, confusion matrix, recall of each class, and augmented images.

The same values give the same bytes. Colours are Okabe and Ito's, which the colour-blind tell apart; what they tell is
also told by the style of a line or a place, for grey print.
"""

from training.figures.classes import confusion, recall
from training.figures.examples import augmentation_examples
from training.figures.learning import learning_curves

__all__ = ["augmentation_examples", "confusion", "learning_curves", "recall"]
