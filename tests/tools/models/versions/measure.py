"""Write every network in some environments, and load in others what was written.

    python -m tests.tools.models.versions.measure FOLDER --write 3.15.1=/env/bin/python --read 3.4.1=/other/bin/python

An environment is Keras' version and the Python that has it; `3.5.0=/env/bin/python:/keras-3.5.0` puts a folder with
another Keras (`pip install --no-deps --target`) before the environment's own. FOLDER gets `files/VERSION/` and
`read/READER-WRITER.json`, for each pair that is not there yet; then `table.py FOLDER` shows them.
"""

import argparse
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def program(environment: str, script: str, folder: Path) -> str:
    """What a script prints under an environment's Python."""
    python, _, overlay = environment.partition(":")
    variables = {"PYTHONPATH": overlay, "PYTHONDONTWRITEBYTECODE": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [python, str(HERE / script), str(folder)]
    return subprocess.run(command, env=os.environ | variables, text=True, check=True, stdout=subprocess.PIPE).stdout


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", nargs="*", default=[])
    parser.add_argument("--read", nargs="*", default=[])
    options = parser.parse_args()
    for version, _, environment in (named.partition("=") for named in options.write):
        if not (options.folder / "files" / version).is_dir():
            program(environment, "write.py", options.folder / "files" / version)
    (options.folder / "read").mkdir(parents=True, exist_ok=True)
    for version, _, environment in (named.partition("=") for named in options.read):
        for written in sorted((options.folder / "files").iterdir()):
            told = options.folder / "read" / f"{version}-{written.name}.json"
            if not told.is_file():
                printed = program(environment, "read.py", written)
                told.write_text(printed.splitlines()[-1] + "\n", "utf-8")


if __name__ == "__main__":
    main()
