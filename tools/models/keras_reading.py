"""Whether one Keras can rebuild a network that another one has written.

Keras builds each object of a file by `class(**arguments)`: a class that the reading version does not have, or an
argument that it does not take, ends the loading, also where the value is null. So what counts is not the version that
wrote the file but what is in it; docs/model_files.md has the measurements.
"""

from collections.abc import Iterator

from packaging.version import Version

from tools.models.keras_config import KerasObject
from tools.models.keras_file import KerasFile
from tools.models.measured import ANY, CLASS, Table, keras_classes, version_of

ZIP_FORM = Version("2.12")
"""The first Keras that reads `.keras` as the zip that it is."""
MOVED = Version("2.13")
"""The first Keras that has its code in `keras.src`."""
NETWORKS = frozenset({"Functional", "Sequential"})
CONVERTED = frozenset({"batch_input_shape"})
"""What Keras 3 converts while it reads HDF5; all that a Lambda has, too."""
KERAS_3 = 3


def refusals(file: KerasFile, reader: Version) -> Iterator[str]:
    """Why the reader surely cannot load the network: nothing where it can, or where that was not measured."""
    table = keras_classes()
    nearest = table.nearest(reader)
    if not nearest:
        return
    if told := _other_form(file, reader):
        yield told
        return
    for item in file.objects:
        if told := _refusal(item, table, nearest, is_hdf5=file.form == "h5"):
            yield told


def _other_form(file: KerasFile, reader: Version) -> str | None:
    """Why the form of the whole file is not the reader's."""
    writer = version_of(file.keras_version)
    is_zip = file.form == "keras"
    if not is_zip and file.member.endswith(".keras") and reader.major >= KERAS_3:
        return f"it is an HDF5 file inside, and Keras {reader} takes a .keras file for a zip (rename it to .h5)"
    if is_zip and reader < ZIP_FORM:
        return f"Keras {reader} does not know the zip form of .keras files, which Keras {ZIP_FORM} brought"
    if is_zip and reader < MOVED and (moved := next((i for i in file.objects if i.is_in_src), None)):
        return f"{moved.class_name} is called {moved.module}.{moved.class_name}, where Keras has it from {MOVED} on"
    if not is_zip or writer is None or writer.major == reader.major:
        return None
    if not any(item.class_name in NETWORKS for item in file.objects):
        return None
    return f"Keras {reader.major} finds none of the classes of Keras {writer.major} by the names in a .keras file"


def _refusal(item: KerasObject, table: Table, nearest: int, *, is_hdf5: bool) -> str | None:
    known = table.found.get(item.class_name)
    if known is None or item.is_function or item.is_own:
        return None
    if not known[CLASS] & nearest:
        first = table.first(item.class_name)
        return f"{item.class_name} is not there{f', it came with {first}' if first else ''}"
    if known.get(ANY, 0) & nearest or (is_hdf5 and item.class_name == "Lambda"):
        return None
    taken = {argument for argument, bits in known.items() if bits & nearest} | (CONVERTED if is_hdf5 else set())
    refused = sorted(item.arguments - taken)
    return f"{item.class_name} does not take {', '.join(refused)}" if refused else None
