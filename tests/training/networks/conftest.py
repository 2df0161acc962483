"""The smallest of the backbones, with a small head."""

from dataclasses import replace

import pytest

from training import recipes
from training.recipes.recipe import Recipe

SMALL = (32, 32, 3)


@pytest.fixture(scope="session")
def light() -> Recipe:
    """MobileNetV2 at a third of its width, and the head of the report: 32 pixels a side are enough."""
    return replace(recipes.get("mobilenetv2"), alpha=0.35, hidden_units=(8, 6), unfrozen_layers=20)
