"""The baseline's augmentation: a cell has no up, no left and no handedness."""

import numpy as np
import numpy.typing as npt


def mirror_and_turn(
    images: npt.NDArray[np.uint8], rows: npt.NDArray[np.int64], moment: tuple[int, int]
) -> npt.NDArray[np.uint8]:
    """Each image turned by 0, 90, 180 or 270 degrees and mirrored or not: eight views, all equally likely.

    No pixel is lost, invented or changed in value. `images` is (n, H, W, C) uint8 and stays as it is; `rows` (n,) are
    the images' rows in the data set and `moment` is (seed, epoch): the three decide the view. Images that are not
    square turn by 0 or 180 degrees only.
    """
    out = np.empty_like(images)
    square = images.shape[1] == images.shape[2]
    for place, (image, row) in enumerate(zip(images, rows, strict=True)):
        view = int(np.random.default_rng((*moment, int(row))).integers(8))
        turns = view // 2 if square else view // 2 * 2
        turned = np.rot90(image, turns)
        out[place] = turned[:, ::-1] if view % 2 else turned
    return out
