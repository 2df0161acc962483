"""Attributes of a walk: of modules, classes and objects of the archive, of paths, and of what lies outside."""

import re
from dataclasses import replace

from tools.checks.python_source import UNKNOWN
from tools.checks.walk import texts
from tools.checks.walk.events import Arguments, Missing, Site, Taken
from tools.checks.walk.state import State
from tools.checks.walk.values import (
    Class,
    Constant,
    Function,
    Instance,
    Items,
    Method,
    Module,
    Outside,
    Super,
    Table,
    Text,
    Value,
    joined,
)

LONGEST_NAME = 200
SAME = (
    (
        re.compile(r"^(tensorflow\.(compat\.v[12]\.|python\.)?keras|tf_keras|keras\.(api|src)(\._v2\.keras)?)(?=\.|$)"),
        "keras",
    ),
    (re.compile(r"^(posixpath|ntpath)(?=\.|$)"), "os.path"),
    (re.compile(r"^(io|codecs|builtins)\.open$"), "open"),
    (re.compile(r"^builtins\."), ""),
)
"""Names that stand for the same thing."""
ON_THE_PLATFORM: dict[str, Value] = {
    "os.name": Text("posix"),
    "os.sep": Text("/"),
    "os.path.sep": Text("/"),
    "os.curdir": Text("."),
    "os.pardir": Text(".."),
    "sys.platform": Text("linux"),
    "typing.TYPE_CHECKING": Constant(value=False),
}


class Attributes(State):
    """The part of the walker that follows a dot."""

    def attribute(self, owner: Value, name: str, site: Site) -> Value:
        """What `owner.name` stands for."""
        found: Value | None = None
        match owner:
            case Module():
                found = self._of_module(owner, name, site)
            case Outside():
                self.taken.append(Taken(owner.name, name, site))
                found = self._of_outside(owner, name)
            case Text(is_path=True) if name in texts.FACTS:
                found = texts.fact(owner, name)
            case Instance():
                found = self._of_instance(owner, name)
            case Class():
                found = self._of_class(owner, name)
            case Super(instance=instance, after=after):
                inherited = self.inherited(after, name)
                found = None if inherited is None else self._bound(inherited, instance, after)
        return Method(owner, name) if found is None else found

    def _of_module(self, owner: Module, name: str, site: Site) -> Value:
        if name in owner.names:
            return owner.names[name]
        if owner.is_package and (inner := self.load(f"{owner.name}.{name}")):
            return inner
        if owner.finished and not owner.open:
            self.missing.append(Missing(owner.name, owner.member, name, site))
        return UNKNOWN

    def _of_outside(self, owner: Outside, name: str) -> Value:
        self.want(owner, name)
        dotted = canonical(f"{owner.name}.{name}")
        if dotted == "sys.version_info" and self.python:
            return Items((*(Constant(part) for part in self.python), UNKNOWN, UNKNOWN, UNKNOWN))
        if dotted.startswith("sys.version_info.") and self.python and name in ("major", "minor"):
            return Constant(self.python[name == "minor"])
        return ON_THE_PLATFORM.get(dotted, Outside(dotted) if len(dotted) <= LONGEST_NAME else UNKNOWN)

    def _of_instance(self, owner: Instance, name: str) -> Value:
        if name == "__dict__":
            owner.names = dict.fromkeys(owner.names, UNKNOWN)
            return UNKNOWN
        if name in owner.names:
            return owner.names[name]
        if name == "__class__":
            return owner.of
        found = self.of_class(owner.of, name)
        return Method(UNKNOWN, name) if found is None else self._bound(found, owner, owner.of)

    def _of_class(self, owner: Class, name: str) -> Value:
        found = self.of_class(owner, name)
        if found is None or _is_enumeration(owner):
            return Method(UNKNOWN, name)
        return replace(found, bound=owner) if isinstance(found, Function) and found.kind == "classmethod" else found

    def _bound(self, found: Value, instance: Value, of: Class) -> Value:
        if not isinstance(found, Function):
            return found
        match found.kind:
            case "staticmethod":
                return found
            case "classmethod":
                return replace(found, bound=of)
            case "property":
                return self.enter(replace(found, bound=instance), Arguments())
        return replace(found, bound=instance) if found.owner else found

    def of_class(self, owner: Class, name: str, depth: int = 20) -> Value | None:
        """What a class or its bases define; None where they do not, UNKNOWN where a base is not known."""
        if name in owner.names:
            return owner.names[name]
        return self.inherited(owner, name, depth)

    def inherited(self, owner: Class, name: str, depth: int = 20) -> Value | None:
        """What the bases of a class define."""
        for base in owner.bases:
            if isinstance(base, Class) and depth:
                found = self.of_class(base, name, depth - 1)
                if found is not None:
                    return found
            elif base not in (Outside("object"), Outside("abc.ABC"), Outside("typing.Protocol")):
                return Method(UNKNOWN, name)
        return None

    def set_attribute(self, owner: Value, name: str, value: Value) -> None:
        """Bind an attribute; what may be passed by leaves it known only where it says the same."""
        if isinstance(owner, Outside) and owner.name in ("builtins", "__builtins__"):
            self.injects = True
        if isinstance(owner, Outside):
            self.given.add(f"{owner.name}.{name}")
        if not isinstance(owner, Instance | Class | Module):
            return
        before = owner.names.get(name)
        if before is None and isinstance(owner, Instance):
            before = self.of_class(owner.of, name)
            if _is_descriptor(before):
                value = UNKNOWN
        owner.names[name] = value if self.sure else joined(before, value)


def _is_descriptor(value: Value | None) -> bool:
    """Whether a class's attribute may take what is set on an object, and give something else back."""
    if isinstance(value, Outside):
        return value.name.endswith("()")
    return value is UNKNOWN or isinstance(value, Instance) or (isinstance(value, Function) and value.kind == "property")


def _is_enumeration(owner: Class) -> bool:
    return any(isinstance(base, Outside) and base.name.startswith("enum.") for base in owner.bases)


def canonical(dotted: str) -> str:
    """One name for what has several."""
    for pattern, name in SAME:
        dotted = pattern.sub(name, dotted)
    return dotted


def is_mutable(value: Value) -> bool:
    """Whether a method may have changed it."""
    return isinstance(value, Table) or (isinstance(value, Items) and not value.fixed)
