"""SRV070 to SRV079: logs of a model file that does not load, or of a framework that complains."""

from tools.explain.platform_text import Place, PlatformText, no, nobodys, yours
from tools.explain.texts.commands import CHECK, EVALUATE

CHECKED = (CHECK, f"{EVALUATE} --environment an2dl-2024")
ANOTHER_FORM = no("build it again in a form that the evaluator's version reads, as kit build does")

TEXTS = (
    PlatformText(
        code="SRV070",
        title="the model file was written by another version of Keras",
        place=Place.LOG,
        shown=(
            "TypeError: <class '{class}'> could not be deserialized properly. Please ensure that components that are "
            "Python object instances have an explicit `get_config()` method.",
            "ValueError: Unrecognized keyword arguments passed to {layer}: {arguments}",
        ),
        also=(
            "could not be deserialized properly",
            "Error when deserializing class '{class}' using config={config}",
            "Unrecognized keyword arguments: {arguments}",
            "Keyword argument not understood: {argument}",
        ),
        causes=(
            yours("a .keras file of a newer Keras than the evaluator's", "ENV002"),
            yours("a file of Keras 2 under Keras 3, or the other way", "ENV003"),
            yours("a layer or function of your own that the loading side does not know", "ENV004"),
        ),
        again=ANOTHER_FORM,
        run=CHECKED,
        source="competition.md, measured 2026-11-22: a .keras file of Keras 3.15 under Keras 3.4.1",
    ),
    PlatformText(
        code="SRV071",
        title="the model holds a layer or function that the loading side does not register",
        place=Place.LOG,
        shown=(
            "ValueError: Unknown layer: '{layer}'. Please ensure you are using a `keras.utils.custom_object_scope`",
            "TypeError: Could not locate class '{class}'. Make sure custom classes are decorated with "
            "`@keras.saving.register_keras_serializable()`.",
        ),
        also=(
            "Unknown layer: {layer}",
            "Could not locate function {function}",
            "Unknown metric function: {function}",
            "Unknown loss function: {function}",
            "Unknown activation function: {function}",
            "Requested the deserialization of a `Lambda` layer",
        ),
        causes=(
            yours(
                "a custom layer, loss or metric that model.py neither defines nor passes in custom_objects", "ENV004"
            ),
            yours("a layer that a newer Keras or an add-on package brought", "ENV002", "SRC005"),
        ),
        again=ANOTHER_FORM,
        run=CHECKED,
        source="competition.md, failures that teams reported: custom layers that do not deserialise",
    ),
    PlatformText(
        code="SRV072",
        title="the graph uses an operation that the evaluator's TensorFlow lacks",
        place=Place.LOG,
        shown=("NotFoundError: Op type not registered '{operation}' in binary running on {host}.",),
        also=("Op type not registered '{operation}'", "NodeDef mentions attr {attribute} not in Op"),
        causes=(yours("the model was exported by a newer TensorFlow than the evaluator's", "ENV006"),),
        again=ANOTHER_FORM,
        run=(CHECK,),
        source="competition.md, measured 2026-11-22: DisableCopyOnRead under TensorFlow 2.9.1",
    ),
    PlatformText(
        code="SRV073",
        title="the form of the model file is not one that this Keras reads",
        place=Place.LOG,
        shown=(
            "ValueError: File format not supported: filepath={path}. Keras 3 only supports V3 `.keras` files and "
            "legacy H5 format files (`.h5` extension).",
            "OSError: Unable to synchronously open file (file signature not found)",
        ),
        also=(
            "File format not supported: filepath={path}",
            "Unable to open file (file signature not found)",
            "SavedModel file does not exist at: {path}",
            "Cannot parse file {path}",
        ),
        causes=(
            yours("a saved model's folder, or a Keras 2 file, under Keras 3", "ENV003"),
            yours("the file has the wrong extension, is cut off, or is a pointer of Git LFS", "ARC001"),
            yours("the file is not at the path that model.py names", "SRC009", "SRC008"),
        ),
        again=ANOTHER_FORM,
        run=CHECKED,
        source="competition.md, failures that teams reported: a Keras 2 file under Keras 3",
    ),
    PlatformText(
        code="SRV074",
        title="the weights do not belong to the network that model.py builds",
        place=Place.LOG,
        shown=(
            "ValueError: Layer '{layer}' expected {count} variables, but received {given} variables during loading.",
            "ValueError: You are trying to load a weight file containing {count} layers into a model with {given} "
            "layers.",
            "RuntimeError: Error(s) in loading state_dict for {class}: {why}",
        ),
        also=(
            "A total of {count} objects could not be loaded",
            "Weight count mismatch for layer",
            "Shape mismatch in layer",
        ),
        causes=(
            yours("the network in model.py is another than the one that was trained", "RUN002"),
            yours("the weights are of another run, or of another version of the framework", "ENV002"),
        ),
        again=no("build the zip from one run: kit build RUN"),
        run=(EVALUATE,),
        source="competition.md, failures that teams reported: weights named otherwise in the zip",
    ),
    PlatformText(
        code="SRV075",
        title="the images do not have the shape or range that the network takes",
        place=Place.LOG,
        shown=(
            'ValueError: Input 0 of layer "{layer}" is incompatible with the layer: expected shape={expected}, found '
            "shape={found}",
            "RuntimeError: mat1 and mat2 shapes cannot be multiplied",
        ),
        also=(
            "is incompatible with the layer",
            "Matrix size-incompatible",
            "Invalid input shape for input",
            "Cannot reshape array of size {size} into shape {shape}",
            "Could not find matching concrete function to call loaded from the SavedModel",
            "expects input of dtype {dtype}",
        ),
        only_in="ingestion",
        causes=(
            yours("predict hands on the images without resizing or batching them as in training", "RUN003"),
            yours("uint8 where the network takes float32, or the other way", "RUN003", "OUT010"),
            yours("it breaks on a single image or on a last batch that is not full", "OUT010"),
        ),
        again=no("kit evaluate calls predict with images of the competition's own shape"),
        run=(EVALUATE,),
        source="competition.md, the interface; codabench.md 6, case predict_raises",
    ),
    PlatformText(
        code="SRV076",
        title="a model that was saved on a GPU is loaded without one",
        place=Place.LOG,
        shown=(
            "RuntimeError: Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
            "AssertionError: Torch not compiled with CUDA enabled",
        ),
        also=("RuntimeError: No CUDA GPUs are available", "Found no NVIDIA driver on your system"),
        causes=(yours("the worker has no GPU: load with map_location='cpu', and ask for no device by name", "RUN002"),),
        again=no("the worker has no GPU the next time either"),
        run=(EVALUATE,),
        source="codabench.md 1.5: a GPU only where the worker is set up for one",
    ),
    PlatformText(
        code="SRV077",
        title="messages of TensorFlow about GPUs and processors: harmless",
        place=Place.LOG,
        shown=(
            "Could not load dynamic library 'libcudart.so.{version}'; dlerror: {why}",
            "failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected",
            "This TensorFlow binary is optimized to use available CPU instructions in performance-critical operations.",
            "oneDNN custom operations are on.",
        ),
        also=(
            "Unable to register cuDNN factory",
            "Unable to register cuBLAS factory",
            "Could not find cuda drivers on your machine, GPU will not be used",
            "TF-TRT Warning: Could not find TensorRT",
            "Cannot dlopen some GPU libraries",
            "Could not load dynamic library {library}",
            "All log messages before absl::InitializeLog() is called are written to STDERR",
            "Ignore above cudart dlerror if you do not have a GPU set up on your machine.",
        ),
        harmless=True,
        causes=(nobodys("the worker has no GPU, and TensorFlow says so each time; it is not why the run failed"),),
        again=no("look for another message: the last traceback of the log, then scoring_stderr"),
        run=(EVALUATE,),
        source="codabench.md 1.5: the containers have no GPU unless the worker is set up for one",
    ),
)
