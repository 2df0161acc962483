from model import Model


def test_it():
    assert Model()
