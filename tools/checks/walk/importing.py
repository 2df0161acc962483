"""Imports of a walk: modules of the archive are run as an import runs them, once each; others are named."""

import ast
from dataclasses import replace

from tools.checks.python_source import UNKNOWN
from tools.checks.walk.attributes import Attributes, canonical
from tools.checks.walk.branches import Branches
from tools.checks.walk.events import Import, Missing
from tools.checks.walk.frames import NEXT, Frame
from tools.checks.walk.state import STEPS_OF_MODULE, ExhaustedError
from tools.checks.walk.texts import absolute, as_path
from tools.checks.walk.values import Anchor, Items, Module, Outside, Scope, Text, Value

MOST_MODULES = 400


class Importing(Attributes, Branches):
    """The part of the walker that imports."""

    def import_(self, node: ast.Import, scope: Scope) -> str:
        """`import a.b as c`."""
        for alias in node.names:
            top = alias.name.partition(".")[0]
            found = self.bring(alias.name, (), node, scope)
            value = found if alias.asname else self._known(top)
            name = alias.asname or top
            self.assign(ast.copy_location(ast.Name(name, ast.Store()), node), value, scope)
        return NEXT

    def import_from(self, node: ast.ImportFrom, scope: Scope) -> str:
        """`from a import b`, also relative and with a star."""
        names = tuple(alias.name for alias in node.names)
        dotted = node.module or ""
        if node.level:
            package = scope.module.package.split(".") if scope.module.package else []
            above = package[: len(package) - node.level + 1]
            if not package or not above:
                written = "." * node.level + dotted
                reason = f"{scope.module.member} is imported as {scope.module.name}, which is in no package"
                seen = Import(written, names, written, self.site(node, scope), reason)
                self.imports.append(seen)
                return self._bind_unknown(node, scope)
            dotted = ".".join([*above, dotted] if dotted else above)
        found = self.bring(dotted, names, node, scope)
        for alias in node.names:
            if alias.name == "*":
                self._star(found, scope)
            else:
                value = self._taken(found, alias.name, node, scope)
                name = ast.copy_location(ast.Name(alias.asname or alias.name, ast.Store()), node)
                self.assign(name, value, scope)
        return NEXT

    def _bind_unknown(self, node: ast.ImportFrom, scope: Scope) -> str:
        scope.module.open = scope.module.open or any(alias.name == "*" for alias in node.names)
        for alias in node.names:
            scope.names[alias.asname or alias.name] = UNKNOWN
        return NEXT

    def _taken(self, found: Value, name: str, node: ast.ImportFrom, scope: Scope) -> Value:
        if isinstance(found, Module):
            if name in found.names:
                return found.names[name]
            if inner := self.load(f"{found.name}.{name}"):
                return inner
            if found.finished and not found.open:
                self.missing.append(Missing(found.name, found.member, name, self.site(node, scope)))
            return UNKNOWN
        return self.attribute(found, name, self.site(node, scope)) if isinstance(found, Outside) else UNKNOWN

    def _star(self, found: Value, scope: Scope) -> None:
        if not isinstance(found, Module) or not found.finished:
            scope.module.open = True
            return
        scope.module.open = scope.module.open or found.open
        public = {name: value for name, value in found.names.items() if not name.startswith("_")}
        listed = found.names.get("__all__")
        if isinstance(listed, Items):
            public = {
                value.text: found.names[value.text]
                for value in listed.values
                if isinstance(value, Text) and value.text in found.names
            }
        for name, value in public.items():
            self.assign(ast.Name(name, ast.Store(), lineno=1, col_offset=0), value, scope)

    def bring(self, dotted: str, names: tuple[str, ...], node: ast.expr | ast.stmt, scope: Scope) -> Value:
        """Import a module by its absolute name, and note it."""
        found, absent = self._found(dotted)
        self.imports.append(Import(dotted, names, absent, self.site(node, scope), is_path_known=self.is_path_known))
        if found is None and "." not in dotted:
            for name in names:
                self.want(Outside(dotted), name)
        return found or (self._known(dotted) if absent == dotted.partition(".")[0] else UNKNOWN)

    def _known(self, dotted: str) -> Value:
        """A module that has been imported, or one from outside."""
        return self.modules.get(dotted) or Outside(canonical(dotted))

    def _found(self, dotted: str) -> tuple[Module | None, str | None]:
        """The module, and where in its name the archive has it no more."""
        parts = dotted.split(".")
        for number in range(1, len(parts) + 1):
            name = ".".join(parts[:number])
            if not self.load(name):
                is_open = number > 1 and self.modules[".".join(parts[: number - 1])].open
                return None, None if is_open else name
        return self.modules[dotted], None

    def load(self, dotted: str) -> Module | None:
        """A module of the archive, having run it and the packages above it; None where it is not there."""
        known = self.modules.get(dotted)
        if known and (known.surely or not self.sure or not known.finished):
            return known
        above = dotted.rpartition(".")[0]
        if above and not self.load(above):
            return None
        member = self._member(dotted)
        if member is None:
            return None
        made = known or Module(dotted, member, member.endswith(("/__init__.py", "/")))
        made.surely, made.finished = self.sure, False
        self.modules[dotted] = made
        if above:
            self.modules[above].names.setdefault(dotted.rpartition(".")[2], made)
        self._run_module(made)
        return made

    def _member(self, dotted: str) -> str | None:
        """The member, or for a folder without __init__.py the folder, that an import finds first."""
        if dotted.partition(".")[0] in self.hidden:
            return None
        stems = [f"{root}/{dotted.replace('.', '/')}".lstrip("/") for root in self.roots]
        archive = self.tree.archive
        for stem in stems:
            for name in (f"{stem}/__init__.py", f"{stem}.py"):
                if name in archive:
                    return name
            if compiled := next((name for name in self.compiled if name.startswith(f"{stem}.")), None):
                return compiled
        return next((f"{stem}/" for stem in stems if stem in self.folders), None)

    def _run_module(self, module: Module) -> None:
        is_read = module.member.endswith(".py") and len(self.modules) <= MOST_MODULES
        tree = self.tree.parse(module.member) if is_read else UNKNOWN
        if not isinstance(tree, ast.Module):
            module.open = module.finished = True
            return
        module.names = {
            "__name__": Text(module.name),
            "__file__": Text(f"/{module.member}", Anchor.SUBMISSION),
            **dict.fromkeys(("__doc__", "__package__", "__spec__", "__loader__", "__path__", "__builtins__"), UNKNOWN),
        }
        module.open = any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body)
        phase, sure = self.phase, self.sure
        left = self.steps
        self.steps = min(left, STEPS_OF_MODULE)
        self.frames.append(Frame())
        try:
            self.run(tree.body, Scope(module=module, names=module.names))
        except ExhaustedError:
            module.open = True
        finally:
            self.frames.pop()
            self.steps = left - (min(left, STEPS_OF_MODULE) - self.steps)
            self.phase, self.sure = phase, sure
            module.finished = True

    def set_path(self, value: Value, node: ast.stmt, scope: Scope) -> None:
        """Take in a new sys.path, made of the old one and more."""
        values = value.values if isinstance(value, Items) else ()
        if Outside("sys.path") not in values:
            self.is_path_known = False
            return
        position = values.index(Outside("sys.path"))
        for number, entry in enumerate(values):
            if number != position:
                self.add_to_path(entry, node, scope, first=number < position)

    def add_to_path(self, entry: Value, node: ast.expr | ast.stmt, scope: Scope, *, first: bool) -> None:
        """A folder more on sys.path; one that is not known may hold any module."""
        path = self.resolved(entry)
        if path is None:
            self.is_path_known = False
        elif path.anchor is Anchor.NONE:
            self.path_entries.append((path, self.site(node, scope)))
        else:
            root = path.text.strip("/")
            if path.anchor is Anchor.WORKING and not self.works_in_submission:
                self.path_entries.append((path, self.site(node, scope)))
            elif root and root not in self.folders:
                self.is_path_known = False
            elif root not in self.roots:
                self.roots.insert(0 if first else len(self.roots), root)

    def resolved(self, value: Value) -> Text | None:
        """A path made absolute; None for what is none, or where it begins is not known."""
        path = as_path(value)
        whole = absolute(path, self.working) if path else None
        return replace(whole, is_path=False) if isinstance(whole, Text) else None
