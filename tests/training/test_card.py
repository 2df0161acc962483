"""The card: what it says of files and of the machine."""

import hashlib

from training import card


def test_a_card_comes_back_as_it_was_written_with_its_schema(tmp_path):
    card.write(tmp_path / "card.json", {"seed": 3, "accuracy": 1 / 3, "recall": None})
    assert card.read(tmp_path / "card.json") == {"schema": 1, "seed": 3, "accuracy": 1 / 3, "recall": None}


def test_the_same_facts_are_the_same_bytes_in_whatever_order(tmp_path):
    card.write(tmp_path / "a.json", {"seed": 3, "epochs": 2})
    card.write(tmp_path / "b.json", {"epochs": 2, "seed": 3})
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_the_digest_of_a_file_is_its_sha256(tmp_path):
    (tmp_path / "file").write_bytes(b"content")
    assert card.sha256(tmp_path / "file") == hashlib.sha256(b"content").hexdigest()


def test_the_digest_of_a_folder_follows_names_and_contents_and_not_its_own_name(tmp_path):
    def folder(name: str, files: dict[str, str]) -> str:
        for path, text in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
        return card.sha256(tmp_path / name)

    first = folder("first", {"a": "1", "b/c": "2"})
    assert folder("same", {"b/c": "2", "a": "1"}) == first
    assert len({first, folder("renamed", {"a": "1", "b/d": "2"}), folder("changed", {"a": "1", "b/c": "3"})}) == 3


def test_the_versions_and_the_machine_are_named():
    assert set(card.versions("2.21.0")) == {"python", "tensorflow", "keras", "numpy"}
    machine = card.machine(None)
    assert set(machine) == {"system", "processor", "cores", "memory_gb", "accelerator"}
    assert machine["processor"]
    assert machine["cores"] >= 1
    assert machine["memory_gb"] > 0
