"""Names that a walk treats alike, as patterns."""

import re

TESTS = re.compile(
    r"^(os\.path\.(l?exists|is(file|dir|link)|getsize)|os\.(access|stat)|Path\.(exists|is_file|is_dir|stat|r?glob)"
    r"|tensorflow\.io\.gfile\.(exists|glob)|glob\.i?glob)$"
)
"""What asks whether a file is there."""
HARMLESS = re.compile(
    r"^(os\.path\..*|pathlib\..*|print|str|repr|len|isinstance|(logging|warnings)\..*|sys\.path\..*|str\..*|.*(Error|Exception)"
    r"|Path\.(?!mkdir|write|touch|symlink|hardlink|rename|replace|open).*|(.*\.)?(debug|info|warning|error|exception)"
    r"|os\.(chdir|listdir|scandir|fspath|getcwd)|(.*\.)?load\w*)$"
)
"""What makes no file, though a path is handed to it."""
ELSEWHERE = re.compile(r"^(/content/|/kaggle/|/gdrive/|[A-Za-z]:[\\/])")
"""Paths that are surely not on the platform."""
SURE_DECORATORS = re.compile(
    r"^(functools\.(lru_cache|cache|cached_property|wraps|total_ordering)|tensorflow\.function|abc\.abstract\w+"
    r"|torch\.(no_grad|inference_mode|jit\.\w+)|numba\.(n?jit|vectorize)|typing(_extensions)?\.\w+|jax\.jit"
    r"|dataclasses\.dataclass|keras\.(saving|utils)\.register_keras_serializable)(\(\))?$"
)
"""Decorators whose function or class runs as it is written."""
KINDS = {
    "staticmethod": "staticmethod",
    "classmethod": "classmethod",
    "property": "property",
    "functools.cached_property": "property",
}
"""Decorators that change how a method gets its first parameter."""
