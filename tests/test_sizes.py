"""Files and functions are short, docstrings not counted."""

import ast
import statistics

import numpy as np
import pytest
from floors import MODULES

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def without_docstring(node):
    """Return the statements of a file, a class or a function."""
    return node.body[ast.get_docstring(node) is not None :]


def docstrings(tree):
    """Yield the docstrings of a file as nodes."""
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            yield node.body[0]


def lines_of(path):
    """Return how many lines a file has."""
    text = path.read_text(encoding="utf-8")
    in_docstrings = sum(d.end_lineno - d.lineno + 1 for d in docstrings(ast.parse(text)))
    return len(text.splitlines()) - in_docstrings


def functions_of(path):
    """Yield how many lines each function of a file has that does something."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and (body := without_docstring(node)):
            yield node.end_lineno - body[0].lineno + 1


FILE_LINES = {module: lines_of(path) for module, path in MODULES.items()}
FUNCTION_LINES = [lines for path in MODULES.values() for lines in functions_of(path)]


@pytest.mark.parametrize("module", MODULES)
def test_no_file_is_long(module):
    assert FILE_LINES[module] <= 300


def test_most_files_are_short():
    assert statistics.median(FILE_LINES.values()) <= 90


def test_most_functions_are_short():
    assert statistics.median(FUNCTION_LINES) <= 5
    assert np.percentile(FUNCTION_LINES, 90) <= 14
