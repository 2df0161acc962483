"""The modules of the standard library by Python version, and the names that one of them has.

Versions 3.7 to 3.13 were compared by `sys.stdlib_module_names`, and before 3.10 by what lies in the library's folder;
the removals are those of PEP 594 and of the "What's New" pages.
"""

import ast
import sys
import sysconfig
from functools import cache
from pathlib import Path

Version = tuple[int, int]
SINCE: dict[str, Version] = {"zoneinfo": (3, 9), "graphlib": (3, 9), "tomllib": (3, 11)}
UNTIL: dict[str, Version] = {
    "macpath": (3, 8),
    **dict.fromkeys(("dummy_threading", "_dummy_thread"), (3, 9)),
    **dict.fromkeys(("formatter", "parser", "symbol", "_bootlocale"), (3, 10)),
    "binhex": (3, 11),
    **dict.fromkeys(("asynchat", "asyncore", "distutils", "imp", "smtpd"), (3, 12)),
    **dict.fromkeys(
        (
            *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap", "msilib", "nis"),
            *("nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
        ),
        (3, 13),
    ),
}
"""The first version that has a module, and the first that has it no more."""
ALWAYS_LOADED = frozenset(
    (
        *("abc", "builtins", "codecs", "encodings", "genericpath", "io", "marshal", "os", "posix", "posixpath", "site"),
        *("stat", "sys", "zipimport", "_io", "_thread", "_weakref", "_warnings", "_codecs", "_signal"),
    )
)
"""Loaded before any program starts (`python -c "import sys; print(sys.modules)"`): no file of a name replaces them."""
LOADED_BY_NUMPY = frozenset(
    (
        *("ast", "collections", "contextlib", "copyreg", "ctypes", "datetime", "dis", "enum", "functools", "importlib"),
        *(
            "inspect",
            "itertools",
            "keyword",
            "linecache",
            "math",
            "numbers",
            "opcode",
            "operator",
            "pickle",
            "platform",
        ),
        *("re", "reprlib", "struct", "textwrap", "time", "token", "tokenize", "types", "warnings", "weakref"),
    )
)
"""Loaded by `import numpy`, each of 1.22, 1.23, 1.26 and 2.5."""
USED_BY_LIBRARIES = LOADED_BY_NUMPY | frozenset(
    (
        *("argparse", "base64", "bisect", "copy", "csv", "dataclasses", "decimal", "email", "fnmatch", "glob", "gzip"),
        *(
            "hashlib",
            "heapq",
            "hmac",
            "html",
            "http",
            "json",
            "locale",
            "logging",
            "ntpath",
            "pathlib",
            "pprint",
            "queue",
        ),
        *("random", "secrets", "select", "selectors", "shutil", "signal", "socket", "ssl", "statistics", "string"),
        *(
            "subprocess",
            "tempfile",
            "threading",
            "traceback",
            "typing",
            "unittest",
            "urllib",
            "uuid",
            "zipfile",
            "zlib",
        ),
    )
)
"""Loaded by `import tensorflow`, or by scikit-learn, pandas, PIL or torch."""
LONGEST_BYTES = 1 << 20


@cache
def standard(python: Version) -> frozenset[str]:
    """The top-level modules of the standard library of a version; of one that is not known here, the running one's."""
    every = sys.stdlib_module_names | SINCE.keys() | UNTIL.keys()
    return frozenset(
        name for name in every if SINCE.get(name, python) <= python and not (name in UNTIL and UNTIL[name] <= python)
    )


def why_not_standard(module: str, python: Version) -> str | None:
    """What to say of a module that the standard library of another version has."""
    if since := SINCE.get(module):
        return f"Python has it since {since[0]}.{since[1]}"
    if until := UNTIL.get(module):
        return f"Python {until[0]}.{until[1]} has removed it" if until <= python else None
    return None


@cache
def public_names(module: str) -> frozenset[str] | None:
    """The names that a standard module defines at its top level; None where its source is not there."""
    if module in sys.builtin_module_names:
        return frozenset(dir(__import__(module)))
    folder = Path(sysconfig.get_path("stdlib"))
    for path in (folder / f"{module}.py", folder / module / "__init__.py"):
        if path.is_file() and path.stat().st_size <= LONGEST_BYTES:
            return frozenset(_bound(ast.parse(path.read_bytes())))
    return None


def _bound(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return found
