"""Writes the reports of the gallery anew: `python -m tests.gallery.refresh [CODE ...]`. Then read the diff."""

import sys
import tempfile
from pathlib import Path

from tests.gallery.gallery import cases, report_of


def main(codes: list[str]) -> None:
    """Those of some codes, or prefixes of codes; all of them without any."""
    for case in cases():
        if case.code.startswith(tuple(codes) or ("",)):
            with tempfile.TemporaryDirectory() as name:
                scratch = Path(name)
                text = report_of(case.judge(case.write("broken", scratch), scratch))
            changed = not case.report_path.is_file() or case.report_path.read_text("utf-8") != text
            case.report_path.write_text(text, "utf-8")
            sys.stdout.write(f"{case.folder.name}: {'written' if changed else 'the same'}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
