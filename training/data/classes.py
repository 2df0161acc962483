"""What the label numbers mean: the file to edit for another challenge."""

CLASS_NAMES = (
    "basophil",
    "eosinophil",
    "erythroblast",
    "immature granulocyte",
    "lymphocyte",
    "monocyte",
    "neutrophil",
    "platelet",
)
"""The blood-cell challenge's classes in label order (BloodMNIST's, Acevedo et al. 2020, doi 10.17632/snkd93bnjr)."""


def class_names(count: int) -> tuple[str, ...]:
    """Name `count` classes: the challenge's own where it has as many, else "class 0", "class 1", ..."""
    return CLASS_NAMES if count == len(CLASS_NAMES) else tuple(f"class {label}" for label in range(count))
