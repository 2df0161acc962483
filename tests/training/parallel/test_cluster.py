"""Who trains together, as TF_CONFIG says it."""

import json
import socket

import pytest

from training.errors import InputError
from training.parallel.cluster import LOCAL, TF_CONFIG, Cluster, from_environment, on_this_machine

TWO = ["a:1", "b:2"]


@pytest.fixture
def set_config(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(LOCAL, raising=False)

    def put(config: object) -> None:
        monkeypatch.setenv(TF_CONFIG, config if isinstance(config, str) else json.dumps(config))

    return put


@pytest.mark.parametrize(
    ("config", "addresses", "index"),
    [
        ({"cluster": {"worker": TWO}, "task": {"type": "worker", "index": 1}}, ("a:1", "b:2"), 1),
        ({"cluster": {"worker": TWO}}, ("a:1", "b:2"), 0),
        (
            {"cluster": {"chief": ["c:0"], "worker": TWO}, "task": {"type": "chief", "index": 0}},
            ("c:0", "a:1", "b:2"),
            0,
        ),
        (
            {"cluster": {"worker": TWO, "chief": ["c:0"]}, "task": {"type": "worker", "index": 1}},
            ("c:0", "a:1", "b:2"),
            2,
        ),
    ],
)
def test_the_setting_of_tf_distribute_says_who_takes_part(set_config, config, addresses, index):
    set_config(config)
    cluster = from_environment()
    assert cluster == Cluster(addresses=addresses, index=index)
    assert not cluster.is_supervised
    assert cluster.is_chief == (index == 0)


@pytest.mark.parametrize("config", ["", {}, {"cluster": {"worker": ["a:1"]}}, {"cluster": {"chief": ["a:1"]}}])
def test_one_process_trains_alone(set_config, config):
    set_config(config)
    assert from_environment() is None


@pytest.mark.parametrize(
    ("config", "what"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ({"cluster": {"worker": 3}}, "cannot be read"),
        ({"cluster": {"worker": TWO}, "task": {"type": "worker", "index": "first"}}, "cannot be read"),
        ({"cluster": {"worker": TWO}, "task": {"type": "worker", "index": 2}}, "says that this is worker 2"),
        ({"cluster": {"worker": TWO}, "task": {"type": "chief", "index": 0}}, "says that this is chief 0"),
        ({"cluster": {"worker": TWO, "ps": ["c:3"]}}, "names ps; only chief and worker train here"),
    ],
)
def test_a_setting_that_is_wrong_is_told_with_the_right_form(set_config, config, what):
    set_config(config)
    with pytest.raises(InputError, match=what) as refused:
        from_environment()
    assert '"task": {"type": "worker", "index": 0}' in refused.value.fix


def test_the_processes_of_a_machine_find_their_places_and_have_ports_that_are_free(monkeypatch):
    clusters = on_this_machine(3)
    assert len(set(clusters[0].addresses)) == 3
    for index, cluster in enumerate(clusters):
        with socket.socket() as own:
            own.bind(("127.0.0.1", int(cluster.addresses[index].rpartition(":")[2])))
        for name, value in cluster.environment.items():
            monkeypatch.setenv(name, value)
        assert from_environment() == cluster
        assert cluster.is_supervised
