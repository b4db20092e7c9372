"""A file imports only from its own package and from floors below, and nothing goes in circles."""

import ast
from graphlib import TopologicalSorter
from itertools import groupby

import pytest
from floors import FLOORS, MODULES, floor_of, height

TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
# The estimators' own classes: what fails is to leave them as they were, so they fit a copy.
WORKS_ON_COPIES_OF_SELF = {
    f"sklearn_deepmlp._estimators.{name}" for name in ("base", "classifier", "regressor")
}


def imports(module):
    """Yield what a module imports, as (module, name) pairs; the name is None for whole modules."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)


def imported_modules(module):
    """Return the modules of the package that a module imports."""
    named = {
        f"{source}.{name}" if f"{source}.{name}" in MODULES else source
        for source, name in imports(module)
    }
    return named & MODULES.keys()


IMPORTED = {module: imported_modules(module) for module in MODULES}
BY_FLOOR = {floor: list(group) for floor, group in groupby(sorted(MODULES, key=height), floor_of)}


def test_every_floor_has_files():
    assert tuple(BY_FLOOR) == FLOORS


@pytest.mark.parametrize("module", MODULES)
def test_imports_come_from_the_same_floor_or_from_below(module):
    above = {name for name in IMPORTED[module] if height(name) > height(module)}
    assert not above


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_of_a_floor_have_no_circle(floor):
    graph = {module: IMPORTED[module] for module in BY_FLOOR[floor]}
    assert list(TopologicalSorter(graph).static_order())  # raises CycleError


def is_private(name):
    return name.startswith("_") and not name.endswith("__")


OUTSIDE_COMPAT = [module for module in MODULES if "._compat" not in module]


@pytest.mark.parametrize("module", OUTSIDE_COMPAT)
def test_private_names_of_libraries_are_imported_in_compat_only(module):
    from_libraries = [
        f"{source}.{name or ''}"
        for source, name in imports(module)
        if not source.startswith(("sklearn_deepmlp", "__future__"))
    ]
    assert not [name for name in from_libraries if any(map(is_private, name.split(".")))]


def private_attributes(module):
    """Yield what a module reads or sets of private attributes, other than its own objects'."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            owner = ast.unparse(node.value)
            if owner not in {"self", "cls", "super()"}:
                yield f"{owner}.{node.attr}"


@pytest.mark.parametrize("module", [m for m in OUTSIDE_COMPAT if m not in WORKS_ON_COPIES_OF_SELF])
def test_private_attributes_are_used_by_their_own_class_only(module):
    assert not list(private_attributes(module))
