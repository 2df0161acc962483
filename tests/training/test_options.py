"""What a backbone begins with has to be said, and a network from scratch takes nothing."""

from dataclasses import replace

import pytest

from training import recipes
from training.errors import InputError
from training.options import require_weights

SCRATCH = recipes.get("baseline")
TRANSFER = replace(SCRATCH, network="mobilenetv2", filters=None)


def test_without_a_word_all_three_ways_are_named():
    with pytest.raises(InputError, match="mobilenetv2, and it was not said which") as refused:
        require_weights(TRANSFER, None)
    assert all(way in refused.value.fix for way in ("--weights imagenet", "--weights FILE", "--weights none"))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="there is no file of weights"):
        require_weights(TRANSFER, str(tmp_path / "nothing.h5"))


def test_a_network_from_scratch_takes_no_weights():
    with pytest.raises(InputError, match="takes no weights: got imagenet"):
        require_weights(SCRATCH, "imagenet")


def test_what_is_enough_is_accepted(tmp_path):
    (tmp_path / "some.h5").touch()
    for weights in ("imagenet", "none", str(tmp_path / "some.h5")):
        require_weights(TRANSFER, weights)
    for nothing in (None, "none"):
        require_weights(SCRATCH, nothing)
