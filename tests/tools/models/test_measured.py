"""The tables of what each version has, and which version stands for one that was not measured."""

import pytest
from packaging.version import Version

from tools.models.measured import CLASS, LAYER, Table, keras_classes, operations, version_of

TABLE = Table(tuple(map(Version, ("2.9.0", "2.12.0", "3.4.1", "3.10.0"))), {})


@pytest.mark.parametrize(
    ("version", "bits"),
    [
        ("2.9.0", 0b0001),
        ("2.9.3", 0b0001),
        ("2.10.0", 0b0011),
        ("2.12.1", 0b0010),
        ("2.15.0", 0),
        ("2.8.0", 0),
        ("3.0.0", 0),
        ("3.4.0", 0b0100),
        ("3.6.0", 0b1100),
        ("3.10.9", 0b1000),
        ("3.11.0", 0),
        ("4.0.0", 0),
    ],
)
def test_the_nearest_versions_stand_for_one(version: str, bits: int) -> None:
    assert TABLE.nearest(Version(version)) == bits


def test_the_tables_know_what_was_measured() -> None:
    assert operations().first("DisableCopyOnRead") == Version("2.12.1")
    assert operations().first("Conv2D") == Version("2.9.1")
    assert operations().first("SentencepieceOp") is None
    keras = keras_classes()
    assert keras.found["Dense"]["quantization_config"] & keras.nearest(Version("3.15.1"))
    assert not keras.found["Dense"]["quantization_config"] & keras.nearest(Version("3.4.1"))
    assert not keras.found["LayerScale"].get(LAYER, 0)
    first = keras.first("AugMix")
    assert first
    assert first.release[:2] == (3, 9)


@pytest.mark.parametrize("table", [operations(), keras_classes()])
def test_a_table_is_whole(table: Table) -> None:
    assert list(table.versions) == sorted(table.versions)
    assert all(things[CLASS] < 1 << len(table.versions) for things in table.found.values())


def test_a_version_that_is_none() -> None:
    assert version_of("newest") is None
    assert version_of(None) is None
    assert version_of("3.4.1") == Version("3.4.1")
