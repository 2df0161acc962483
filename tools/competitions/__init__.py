"""Codabench bundles that come with the kit, a folder each."""

from pathlib import Path

DEFAULT = Path(__file__).parent / "blood_cells"
"""The bundle that is used where none is named."""
