"""Every text of codabench.md 1.9 and every row of its section 4, as users meet them, is explained by the right code."""

import pytest

from tools.explain import TEXTS, Whose, diagnose, diagnose_log

METADATA = (
    "Error, the output directory already contains a metadata file. This file is used to store exitCode and other "
    "data, do not write to this file manually."
)
OLD_PULL = (
    "Pull for image: codalab/codalab-legacy:py37 returned a non-zero exit code! Check if the docker image exists on "
    "docker hub. Command '['docker', 'pull', 'codalab/codalab-legacy:py37']' returned non-zero exit status 1."
)
STATUS_DETAILS = [
    ("SRV001", "Status 'Paused' is not in available statuses: ['None', 'Submitting', 'Submitted', 'Running']"),
    ("SRV002", "Could not connect to instance to update detailed result"),
    ("SRV003", "Failure updating submission data."),
    (
        "SRV004",
        "Problem fetching https://miniodis-rproxy.lisn.upsaclay.fr/coda-v2-prod-private/dataset/2026-03-13-1773412345/"
        "ab12cd34ef56/submission.zip?AWSAccessKeyId=codabench-prod&Signature=x%2Fy%3D&Expires=1773844345 to put in "
        "/codabench/uPK-10213_sID-512345__k3j2h1/program",
    ),
    ("SRV005", "Bad or empty zip file"),
    ("SRV006", "Program directory missing 'metadata.yaml/metadata'"),
    ("SRV007", "Program directory missing 'command' in metadata"),
    ("SRV008", "Must provide data, both file and raw_data cannot be empty"),
    ("SRV009", "Execution Time Limit exceeded. Limit was 600 seconds"),
    ("SRV010", "Child task failed or non-zero return code"),
    ("SRV010", "program_rc=1, async=[None, True, None]"),
    (
        "SRV011",
        "Could not decode scores json properly, it contains an error.\nExpecting property name enclosed in quotes",
    ),
    ("SRV012", "Could not find scores file, did the scoring program output it?"),
    ("SRV013", METADATA),
    ("SRV014", "Metadata file not found"),
    ("SRV015", "Pull for codalab/codalab-legacy:py39 failed! Check the logs for more information"),
    ("SRV015", OLD_PULL),
    ("SRV016", "Soft time limit exceeded!"),
    ("SRV017", "ZIP file is corrupted or incomplete."),
    ("SRV018", "Cannot put both a file and raw_data"),
]
ROWS = [
    (1, "SRV060", "ModuleNotFoundError: No module named 'model'"),
    (1, "SRV090", "FileNotFoundError: [Errno 2] No such file or directory: '/app/input/res/predictions.npy'"),
    (1, "SRV026", "failed. the logs are empty"),
    (2, "SRV009", "Execution Time Limit exceeded. Limit was 1200 seconds"),
    (3, "SRV006", "Program directory missing 'metadata.yaml/metadata'"),
    (4, "SRV005", "zipfile.BadZipFile: File is not a zip file"),
    (5, "SRV023", "stuck in Scoring"),
    (5, "SRV005", "zipfile.BadZipFile: File is not a zip file"),
    (6, "SRV023", "stuck in Preparing"),
    (7, "SRV090", "Counts: ref=200 res=0"),
    (7, "SRV010", "Child task failed or non-zero return code"),
    (8, "SRV010", "Submission failed: Child task failed or non-zero return code. See logs for more details."),
    (9, "SRV012", "Could not find scores file, did the scoring program output it?"),
    (10, "SRV011", "Could not decode scores json properly, it contains an error."),
    (11, "SRV024", "AttributeError: 'str' object has no attribute 'items'"),
    (12, "SRV094", "requests.exceptions.InvalidJSONError: Out of range float values are not JSON compliant"),
    (12, "SRV024", "Finished with no score"),
    (13, "SRV024", "N/A"),
    (14, "SRV009", "Execution Time Limit exceeded. Limit was 600 seconds"),
    (
        15,
        "SRV009",
        "Submission failed: Execution Time Limit exceeded. Limit was 600 seconds. See logs for more details.",
    ),
    (16, "SRV016", "Soft time limit exceeded!"),
    (17, "SRV061", "ModuleNotFoundError: No module named 'torchvision'"),
    (17, "SRV062", "ImportError: cannot import name 'det_curve' from 'sklearn.metrics' (/usr/lib/sklearn/metrics.py)"),
    (18, "SRV086", "/opt/nvidia/nvidia_entrypoint.sh: line 67: exec: python: not found"),
    (19, "SRV015", "Pull for codalab/codalab-legacy:py39 failed! Check the logs for more information"),
    (20, "SRV083", "write /var/lib/docker/tmp/GetImageBlob1234: no space left on device"),
    (21, "SRV080", "exitCode: 137\nelapsedTime: 41.2"),
    (21, "SRV023", "stuck in Running"),
    (22, "SRV023", "hangs in Running without logs"),
    (23, "SRV021", "stuck in Submitted"),
    (24, "SRV022", "Preparing submission... this may take a few moments.."),
    (24, "SRV022", "stuck in Submitting"),
    (25, "SRV023", "stuck in Running or Scoring"),
    (26, "SRV003", "Failure updating submission data."),
    (27, "SRV020", 'Submission failed: "scoring_hostname-worker9"'),
    (
        28,
        "SRV030",
        "Submission upload failed: Insufficient space. Your available space is 1.2 GB. The file size is 2.0 GB.",
    ),
    (28, "SRV030", "creation failed, error occured"),
    (
        29,
        "SRV031",
        "The request signature we calculated does not match the signature you provided. Check your key.",
    ),
    (30, "SRV032", "Submission upload failed. Server returned: 0 error"),
    (31, "SRV033", "Reached maximum allowed submissions for today for this phase"),
    (31, "SRV034", "Reached maximum allowed submissions for this phase"),
    (31, "SRV042", "<h1>Server Error (500)</h1>"),
    (32, "SRV027", "Cancelled"),
    (33, "SRV035", "This phase has ended and no longer accepts submissions!"),
    (34, "SRV036", "User not approved to participate in this competition"),
    (35, "SRV037", "404"),
    (36, "SRV039", '{"detail": "Invalid token."}'),
    (36, "SRV041", '{"error": "You are banned from using Codabench"}'),
    (37, "SRV025", "ERROR: Submission is a parent, but has no children. There was an error during creation."),
    (38, "SRV013", METADATA),
    (39, "SRV091", "FileNotFoundError: [Errno 2] No such file or directory: 'weights.h5'"),
    (40, "SRV085", 'OCI runtime create failed: exec: "./run.sh": permission denied: unknown'),
    (41, "SRV098", "python3: can't open file '/app/program/main.py': [Errno 2] No such file or directory"),
    (42, "SRV090", "FileNotFoundError: [Errno 2] No such file or directory: '/app/input/res/answer.txt'"),
    (
        43,
        "SRV087",
        "ConnectionError: HTTPSConnectionPool(host='storage.googleapis.com', port=443): Max retries exceeded",
    ),
    (44, "SRV002", "This error might result in a Execution Time Exceeded error"),
    (45, "SRV082", "RuntimeError: DataLoader worker (pid 31) is killed by signal: Bus error."),
    (46, "SRV084", "chown: changing ownership of '/app/output': Operation not permitted"),
    (47, "SRV028", '{"detail":"Cannot access submission details while phase marked to hide output."}'),
]


def first(text: str) -> str:
    found = diagnose(text)
    assert not found[0].is_guess, found[0].text.code
    return found[0].text.code


def test_all_rows_of_section_4_are_there() -> None:
    assert {row for row, _, _ in ROWS} == set(range(1, 48))


@pytest.mark.parametrize(("code", "text"), STATUS_DETAILS)
def test_a_text_of_the_worker_is_recognised(code: str, text: str) -> None:
    assert first(text) == code


@pytest.mark.parametrize(("code", "text"), STATUS_DETAILS)
def test_it_is_recognised_in_the_form_of_later_workers(code: str, text: str) -> None:
    assert first(f"Submission failed: {text}. See logs for more details.") == code


@pytest.mark.parametrize(("code", "text"), [pytest.param(*rest, id=f"row {row}: {rest[0]}") for row, *rest in ROWS])
def test_a_row_of_the_known_failures_is_recognised(code: str, text: str) -> None:
    assert first(text) == code


@pytest.mark.parametrize("change", [str.upper, str.lower, "“{}”".format, '> "{}"'.format, "\n\t {} \r\n".format])
@pytest.mark.parametrize(("code", "text"), STATUS_DETAILS)
def test_case_quotes_and_space_do_not_matter(code: str, text: str, change) -> None:
    assert code in {one.text.code for one in diagnose(change(text))[:2]}


@pytest.mark.parametrize("mark", ["", "...", "…"])
@pytest.mark.parametrize(("code", "text"), STATUS_DETAILS)
def test_a_text_that_was_cut_off_is_recognised(code: str, text: str, mark: str) -> None:
    found = diagnose(f"Submission failed: {text[: max(20, len(text) * 2 // 5)]}{mark}")
    assert code in {one.text.code for one in found[:3]}


def test_a_pulled_image_in_the_words_of_later_workers() -> None:
    assert first("Docker image pull failed: Pull for teams/own:latest failed! Check the logs") == "SRV015"


def test_the_soft_limit_in_the_words_of_later_workers_may_be_either_limit() -> None:
    codes = [one.text.code for one in diagnose("Execution time limit exceeded.")]
    assert set(codes) == {"SRV009", "SRV016"}


def test_what_is_the_users_own_is_told() -> None:
    assert diagnose("Execution Time Limit exceeded. Limit was 1200 seconds")[0].parts == {"limit": "1200"}
    assert diagnose("Pull for teams/own:v2 failed! Check the logs for more information")[0].parts == {
        "image": "teams/own:v2"
    }


def test_the_cause_comes_before_what_followed_from_it() -> None:
    pasted = (
        "status: Failed, Child task failed or non-zero return code\n"
        "FileNotFoundError: [Errno 2] No such file or directory: '/app/input/res/predictions.npy'\n"
        "ModuleNotFoundError: No module named 'lightgbm'\n"
    )
    assert diagnose(pasted)[0].text.code == "SRV061"
    assert {one.text.code for one in diagnose(pasted)[1:]} == {"SRV010", "SRV090"}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("the storage is full, what now", "SRV030"),
        ("child job failed with a return code that is not zero", "SRV010"),
        ("could not find any file of scores", "SRV012"),
        ("I have used all submissions of today", "SRV033"),
        ("the time limit of the execution was exceeded", "SRV009"),
        ("the docker image cannot be pulled", "SRV015"),
    ],
)
def test_a_paraphrase_gives_the_nearest_marked_as_a_guess(told: str, code: str) -> None:
    found = diagnose(told)
    assert code in {one.text.code for one in found}
    assert all(one.is_guess and 0 < one.likeness < 1 for one in found)


@pytest.mark.parametrize("told", ["", " \n", "qwertz", "\x00\x01\x02", "🙂", "the cat sat on the mat"])
def test_the_answer_is_never_empty(told: str) -> None:
    found = diagnose(told)
    assert found
    assert found[0].is_guess


def test_an_empty_log_is_explained_as_one_too() -> None:
    assert diagnose_log("prediction_ingestion_stderr", "")[0].text.code == "SRV026"


def test_whose_fault_it_is_is_told_of_each() -> None:
    assert TEXTS["SRV006"].causes[0].whose is Whose.ORGANISER
    assert TEXTS["SRV021"].causes[0].whose is Whose.PLATFORM
    assert TEXTS["SRV060"].causes[0].whose is Whose.YOU
