"""Write each network as `NAME.keras`, `NAME.h5` and `NAME.saved_model` into a folder: `write.py FOLDER`.

Runs in the Python of the writing environment. What this version cannot write is told on stderr and left out.
"""

import sys
from pathlib import Path

import networks
import numpy as np
from tensorflow import keras


def write(folder: Path) -> None:
    """All networks in all forms, with the answers to eight images of noise."""
    images = np.random.default_rng(0).uniform(0, 255, (8, *networks.SHAPE)).astype("float32")
    for name, build in networks.NETWORKS.items():
        try:
            model = build()
            answers = np.asarray(model.predict(images, verbose=0), "float32")
        except Exception as error:
            print(f"{name}: {error!r:.200}", file=sys.stderr)
            continue
        np.save(folder / f"{name}.npy", answers)
        export = model.export if hasattr(keras, "ops") else model.save
        forms = {"keras": model.save, "h5": model.save, "saved_model": export}
        for form, save in forms.items():
            try:
                save(str(folder / f"{name}.{form}"))
            except Exception as error:
                print(f"{name}.{form}: {error!r:.200}", file=sys.stderr)


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    write(Path(sys.argv[1]))
