"""Pasted logs: the last traceback's exception and whose code raised it, whatever the paste has been through."""

import json

import pytest

from tools.explain import diagnose, diagnose_log

INGESTION = """\
Traceback (most recent call last):
  File "/app/program/ingestion.py", line 41, in <module>
    main()
  File "/app/program/ingestion.py", line 33, in main
    predictions = Model().predict(images)
  File "/app/ingested_program/model.py", line 12, in predict
    return self.network(X / scale)
{raised}
"""
SCORING = """\
Traceback (most recent call last):
  File "/app/program/scoring.py", line 20, in <module>
    main()
  File "/app/program/scoring.py", line 14, in main
    predictions = np.load(os.path.join(sys.argv[1], "res", "predictions.npy"))
{raised}
"""
NO_PREDICTIONS = "FileNotFoundError: [Errno 2] No such file or directory: '/app/input/res/predictions.npy'"
KERAS = (
    "TypeError: <class 'keras.src.models.functional.Functional'> could not be deserialized properly. Please ensure "
    "that components that are Python object instances (layers, models, etc.) returned by `get_config()` are explicitly "
    "deserialized in the model's `from_config()` method."
)
CUDA = """\
2026-03-14 10:12:01.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.
2026-03-14 10:12:01.223456: E stream_executor/cuda/cuda_fft.cc:467] Unable to register cuBLAS factory: again
2026-03-14 10:12:02.323456: W tensorflow/tf2tensorrt/utils/py_utils.cc:38] TF-TRT Warning: Could not find TensorRT
2026-03-14 10:12:03.423456: E cuda_driver.cc:282] failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA device
"""

RAISED = [
    ("ModuleNotFoundError: No module named 'model'", "SRV060"),
    ("ModuleNotFoundError: No module named 'config'", "SRV061"),
    ("ImportError: cannot import name 'det_curve' from 'sklearn.metrics' (/usr/lib/x.py)", "SRV062"),
    ("ImportError: cannot import name 'Model' from 'model' (/app/ingested_program/model.py)", "SRV063"),
    ("TypeError: Model.__init__() missing 1 required positional argument: 'path'", "SRV064"),
    ("AttributeError: 'Model' object has no attribute 'predict'", "SRV065"),
    ("TypeError: Model.predict() takes 1 positional argument but 2 were given", "SRV065"),
    ("SyntaxError: invalid syntax", "SRV066"),
    ("NameError: name 'tf' is not defined", "SRV067"),
    ("AttributeError: Can't get attribute 'Net' on <module '__main__' from 'ingestion.py'>", "SRV068"),
    ("ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header", "SRV069"),
    ("AttributeError: module 'numpy' has no attribute 'float'.", "SRV069"),
    (KERAS, "SRV070"),
    ("ValueError: Unrecognized keyword arguments passed to Dense: {'quantization_config': None}", "SRV070"),
    ("ValueError: Unknown layer: 'Patches'. Please ensure you are using a `keras.utils.custom_object_scope`", "SRV071"),
    (
        "tensorflow.python.framework.errors_impl.NotFoundError: Op type not registered 'DisableCopyOnRead' in binary "
        "running on 3f2a. Make sure the Op and Kernel are registered in the binary running in this process.",
        "SRV072",
    ),
    ("ValueError: File format not supported: filepath=saved_model. Keras 3 only supports V3 `.keras` files", "SRV073"),
    ("OSError: Unable to synchronously open file (file signature not found)", "SRV073"),
    ("ValueError: Layer 'dense' expected 2 variables, but received 0 variables during loading.", "SRV074"),
    (
        'ValueError: Input 0 of layer "functional" is incompatible with the layer: expected shape=(None, 96, 96, 3), '
        "found shape=(96, 96, 3)",
        "SRV075",
    ),
    (
        "RuntimeError: Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
        "SRV076",
    ),
    ("MemoryError", "SRV081"),
    ("numpy.core._exceptions._ArrayMemoryError: Unable to allocate 9.2 GiB for an array with shape (9, 3)", "SRV081"),
    ("OSError: [Errno 28] No space left on device", "SRV083"),
    ("OSError: [Errno 30] Read-only file system: '/app/data/x'", "SRV084"),
    ("urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>", "SRV087"),
    ("ImportError: libGL.so.1: cannot open shared object file: No such file or directory", "SRV089"),
    ("FileNotFoundError: [Errno 2] No such file or directory: 'weights.h5'", "SRV091"),
    ("ValueError: Input contains NaN.", "SRV094"),
    ("ZeroDivisionError: division by zero", "SRV096"),
    ("zlib.error: Error -3 while decompressing data", "SRV096"),
    ("SystemExit: 1", "SRV096"),
]


@pytest.mark.parametrize(("raised", "code"), RAISED)
def test_the_exception_of_an_ingestion_log_is_explained(raised: str, code: str) -> None:
    found = diagnose_log("prediction_ingestion_stderr", INGESTION.format(raised=raised))
    assert found[0].text.code == code
    assert not found[0].is_guess
    assert found[0].where == "model.py:12"
    assert found[0].code == "return self.network(X / scale)"
    assert found[0].matched.startswith(raised[:40])


@pytest.mark.parametrize(("raised", "code"), RAISED)
def test_it_is_explained_as_a_single_line_too(raised: str, code: str) -> None:
    assert code in {one.text.code for one in diagnose(raised)[:2]}


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (NO_PREDICTIONS, "SRV090"),
        ("ValueError: Found input variables with inconsistent numbers of samples: [3421, 3392]", "SRV092"),
        (
            "ValueError: Classification metrics can't handle a mix of multiclass and multilabel-indicator targets",
            "SRV092",
        ),
        ("ModuleNotFoundError: No module named 'sklearn'", "SRV097"),
        ("KeyError: 'accuracy'", "SRV097"),
    ],
)
def test_in_the_scoring_program_an_exception_means_something_else(raised: str, code: str) -> None:
    assert diagnose_log("scoring_stderr", SCORING.format(raised=raised))[0].text.code == code
    assert diagnose(SCORING.format(raised=raised))[0].text.code == code


def test_the_log_of_a_submission_that_was_run_as_a_program_says_so() -> None:
    assert diagnose_log("prediction_stderr", "hello\n")[0].text.code == "SRV095"
    assert diagnose_log("prediction_stdout", SCORING.format(raised="KeyError: 1"))[0].text.code == "SRV095"


def test_a_traceback_of_the_worker_is_not_the_users() -> None:
    told = (
        "Submission failed: Traceback (most recent call last):\n"
        '  File "/app/compute_worker.py", line 1300, in run_wrapper\n'
        "    run.prepare()\nRuntimeError: File 'model.py' is encrypted, password required for extraction\n"
    )
    found = diagnose(told)[0]
    assert found.text.code == "SRV019"
    assert "ARC004" in found.text.causes[0].codes


def test_of_several_tracebacks_the_last_counts() -> None:
    told = (
        INGESTION.format(raised="KeyError: 'a'")
        + "going on\n"
        + INGESTION.format(raised="NameError: name 'x' is not defined")
    )
    assert diagnose(told)[0].text.code == "SRV067"


def test_a_chain_is_explained_by_the_exception_that_is_known() -> None:
    told = (
        INGESTION.format(raised=KERAS)
        + "\nThe above exception was the direct cause of the following exception:\n\n"
        + INGESTION.format(raised="RuntimeError: the model could not be opened")
    )
    found = diagnose(told)
    assert [one.text.code for one in found] == ["SRV070"]


def test_all_logs_pasted_below_each_other_give_the_cause_first() -> None:
    told = (
        "prediction_ingestion_stderr\n"
        + INGESTION.format(raised="ModuleNotFoundError: No module named 'timm'")
        + "==> scoring_stderr.txt <==\n"
        + SCORING.format(raised=NO_PREDICTIONS)
        + "Child task failed or non-zero return code\n"
    )
    codes = [one.text.code for one in diagnose(told)]
    assert codes[0] == "SRV061"
    assert set(codes[1:]) == {"SRV090", "SRV010"}


def test_messages_about_gpus_are_harmless_and_named_only_alone() -> None:
    alone = diagnose(CUDA)
    assert [one.text.code for one in alone] == ["SRV077"]
    both = diagnose(CUDA + INGESTION.format(raised="NameError: name 'x' is not defined"))
    assert [one.text.code for one in both] == ["SRV067"]


def changed(told: str) -> dict[str, str | bytes]:
    """A log as it looks after what people and pages do to it."""
    colour = "\x1b[31m{}\x1b[0m"
    return {
        "windows line ends": told.replace("\n", "\r\n"),
        "colours": "\n".join(colour.format(line) for line in told.split("\n")),
        "bytes": told.encode() + b"\xff\x00",
        "utf-16": ("\ufeff" + told).encode("utf-16-le"),
        "lost indentation": "\n".join(line.strip() for line in told.split("\n")),
        "times before each line": "\n".join(
            f"2026-03-14 10:12:0{i % 10} | {line}" for i, line in enumerate(told.split("\n"))
        ),
        "a time before the first line": f"2026-03-14 10:12:01.5 | ERROR | {told}",
        "a page": "<html><body><pre>"
        + told.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
        + "</pre>",
        "a progress bar": "10%|# |\r50%|## |\r100%|###|\n" * 200 + told,
        "much before it": "epoch\n" * 400_000 + told,
        "some after it": told + "\n".join(f"thread {n} ended" for n in range(500)),
        "in JSON": json.dumps({"logs": [{"name": "prediction_ingestion_stderr", "text": told}]}),
    }


@pytest.mark.parametrize("way", changed("").keys())
def test_a_log_is_read_whatever_it_has_been_through(way: str) -> None:
    told = INGESTION.format(raised="ModuleNotFoundError: No module named 'timm'")
    found = diagnose(changed(told)[way])
    assert found[0].text.code == "SRV061"
    assert found[0].parts == {"module": "timm"}
    assert found[0].where == "model.py:12"


def test_control_characters_never_come_out() -> None:
    told = INGESTION.format(raised="ModuleNotFoundError: No module named 'ti\x07mm\x9b31m'")
    for one in diagnose(told):
        assert (one.matched + (one.where or "") + (one.code or "") + "".join(one.parts.values())).isprintable()
