"""Prediction: import the submission's Model, let it predict all images at once, save predictions.npy.

usage: ingestion.py INPUT_DATA OUTPUT SUBMISSION

Works in the submission's folder, as the organiser's did: the course's template loads its weights by a relative path.
"""

import os
import sys
from pathlib import Path

import numpy as np


def main(input_data: Path, output: Path, submission: Path) -> None:
    """Write the submission's answers, whatever their type and shape: judging them is the scoring program's part."""
    images = np.load(input_data / "images.npy", allow_pickle=False)
    os.chdir(submission)
    sys.path.insert(0, str(submission))
    from model import Model

    answers = Model().predict(images)
    np.save(output / "predictions.npy", np.asarray(answers), allow_pickle=False)
    print(f"predicted {len(images)} images")


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:4]))
