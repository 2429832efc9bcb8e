"""Every import is of a declared package: at the top of a file, inside a function, and for the type checker only."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from autograder.core.course import Course

from .test_project import split

OURS = {"autograder", "benchmarks", "gradwise"}
# Each part, with the extras that are installed for it. Attacks are submissions: they may import anything.
PARTS = {
    "course/gradwise": (),
    "solutions": (),
    "autograder": ("teach",),
    "benchmarks": ("teach",),
    "tests": ("teach", "cluster", "dev"),
}
LEFT_OUT = ("tests/attacks/*/",)
# Extras that a teacher may lack: their packages are imported inside functions, in a file that names a missing one.
OPTIONAL = {"autograder": ("cluster", "hub", "postgres")}


@dataclass(frozen=True)
class Import:
    """A package that a file imports.

    Attributes:
        name: the first part of the module's name.
        line: the number of its line.
        late: true inside a function, or for the type checker only.
        tried: true if an ImportError is caught.
    """

    name: str
    line: int
    late: bool
    tried: bool


def imports(source: str) -> Iterator[Import]:
    """Finds every absolute import of a file."""
    yield from _imports(ast.parse(source), late=False, tried=False)


def _imports(node: ast.AST, *, late: bool, tried: bool) -> Iterator[Import]:
    for name in _named(node):
        yield Import(name.split(".")[0], getattr(node, "lineno", 0), late, tried)
    function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    checker_only = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
    catching = isinstance(node, ast.Try) and any(map(_catches, node.handlers))
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                body = field == "body"
                yield from _imports(
                    child, late=late or function or (checker_only and body), tried=tried or (catching and body)
                )


def _named(node: ast.AST) -> list[str]:
    """Returns the modules that a statement or a call imports by name."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module] if node.module and not node.level else []
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
        "__import__", "import_module", "importorskip",
    ):  # fmt: skip
        return [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    return []


def _catches(handler: ast.ExceptHandler) -> bool:
    caught = "" if handler.type is None else ast.unparse(handler.type)
    return handler.type is None or any(name in caught for name in ("ImportError", "ModuleNotFoundError"))


def canonical(distribution: str) -> str:
    return distribution.lower().replace("_", "-").replace(".", "-")


def declared(root: Path, extras: tuple[str, ...]) -> set[str]:
    """Returns the distributions that pyproject.toml names for every user and for these extras."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    return {canonical(split(requirement)[0]) for entries in lists for requirement in entries}


def undeclared(root: Path, known: dict[str, list[str]]) -> list[str]:
    """Returns the imports that pyproject.toml does not declare for their part, as `path:line: module`."""
    places = []
    for part, extras in PARTS.items():
        always = declared(root, extras)
        sometimes = declared(root, OPTIONAL.get(part, ())) if part in OPTIONAL else set()
        for path in sorted((root / part).rglob("*.py")):
            if not any(path.parent.match(pattern.rstrip("/")) for pattern in LEFT_OUT):
                places += [f"{path.relative_to(root)}:{place}" for place in _strange(path, always, sometimes, known)]
    return places


def _strange(path: Path, always: set[str], sometimes: set[str], known: dict[str, list[str]]) -> Iterator[str]:
    all_imports = list(imports(path.read_text("utf-8")))
    guarded = {package.name for package in all_imports if package.tried}
    for package in all_imports:
        if package.name in OURS or package.name in sys.stdlib_module_names:
            continue
        of = {canonical(name) for name in known.get(package.name, [package.name])}
        if not (of & always or (of & sometimes and package.late and package.name in guarded)):
            yield f"{package.line}: {package.name}"


@pytest.fixture(scope="module")
def known() -> dict[str, list[str]]:
    """The distributions of each module that is installed."""
    return dict(packages_distributions())


def test_every_import_is_of_a_declared_package(course: Course, known: dict[str, list[str]]) -> None:
    assert undeclared(course.root, known) == []


def test_every_declared_package_is_imported_or_run(course: Course, known: dict[str, list[str]]) -> None:
    used = {
        canonical(name)
        for part in PARTS
        for path in (course.root / part).rglob("*.py")
        if "attacks" not in path.parts
        for package in imports(path.read_text("utf-8"))
        for name in known.get(package.name, [])
    }
    run = {
        *(
            "hatchling",
            "import-linter",
            "jupyter-repo2docker",
            "jupyterlab",
            "mypy",
            "pre-commit",
            "ruff",
        ),
        *("psycopg", "voila"),
    }
    assert declared(course.root, ("teach", "cluster", "hub", "postgres", "dev")) - used == run


@pytest.mark.parametrize(
    ("part", "code", "place"),
    [
        ("course/gradwise", "import nbgrader", "1: nbgrader"),
        ("course/gradwise", "def f():\n    import bleach.sanitizer as b", "2: bleach"),
        ("course/gradwise", "class A:\n    async def f(self):\n        from pandas.io import x", "3: pandas"),
        ("course/gradwise", "if TYPE_CHECKING:\n    from distributed import Client", "2: distributed"),
        ("course/gradwise", "import os, numpy, yaml as y", "1: yaml"),
        ("course/gradwise", "try:\n    import distributed\nexcept ImportError:\n    pass", "2: distributed"),
        ("course/gradwise", "f = lambda: importlib.import_module('pandas')", "1: pandas"),
        ("course/gradwise", "f = lambda: __import__('not_there_at_all')", "1: not_there_at_all"),
        ("solutions", "import pytest", "1: pytest"),
        ("autograder", "import hypothesis", "1: hypothesis"),
        ("autograder", "import distributed", "1: distributed"),
        ("autograder", "def f():\n    import distributed", "2: distributed"),
        ("autograder", "try:\n    import distributed\nexcept ImportError:\n    pass", "2: distributed"),
        ("benchmarks", "def f():\n    import distributed", "2: distributed"),
        ("tests", "pytest.importorskip('pandas')", "1: pandas"),
    ],
)
def test_an_import_that_is_not_declared_would_be_found(
    part: str, code: str, place: str, course: Course, known: dict[str, list[str]], tmp_path: Path
) -> None:
    (tmp_path / part).mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text((course.root / "pyproject.toml").read_text())
    (tmp_path / part / "planted.py").write_text(code)
    assert undeclared(tmp_path, known) == [f"{part}/planted.py:{place}"]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("course/gradwise", "from . import yaml\nfrom .yaml import x\nimport gradwise, numpy.typing, tqdm.auto"),
        (
            "autograder",
            "def f():\n    try:\n        import distributed\n    except ImportError:\n        raise Missing",
        ),
        ("tests", "import distributed, hypothesis, nbgrader"),
        ("tests/attacks/structure", "import pandas"),
    ],
)
def test_what_is_declared_is_not_complained_about(
    part: str, code: str, course: Course, known: dict[str, list[str]], tmp_path: Path
) -> None:
    (tmp_path / part).mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text((course.root / "pyproject.toml").read_text())
    (tmp_path / part / "fine.py").write_text(code)
    assert undeclared(tmp_path, known) == []
