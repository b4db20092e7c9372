"""Formulas in the docstrings of activations, as functions that compute them.

They are written in the part of LaTeX that is read here: every product has a thin space, powers have
one digit, and cases have two lines, for z above 0 and for the rest.
"""

import inspect
import re

import numpy as np
from scipy.special import expit
from scipy.stats import norm

NAMES = {
    "sigma": expit,
    "Phi": norm.cdf,
    "varphi": norm.pdf,
    "tanh": np.tanh,
    "log": np.log,
    "exp": np.exp,
    "max": np.maximum,
    "min": np.minimum,
    "where": np.where,
}
CASES = (
    r"\\begin\{cases\}(.*?)& \\text\{if \} z > 0 \\\\"
    r"(.*?)& \\text\{if \} z \\le 0 \\end\{cases\}"
)
IN_PYTHON = [
    (r"e\^\{(.*?)\}", r"exp(\1)"),
    (r"\\frac\{(.*?)\}\{(.*?)\}", r"(\1) / (\2)"),
    (CASES, r"where(z > 0, \1, \2)"),
    (r"\\,", " * "),
    (r"\^(\d)", r"**\1"),
    (r"\\lambda", "scale"),  # lambda is a keyword
    (r"\\", ""),
]
# What is defined: f(z), f'(z), other functions of z, and derivatives by learned numbers.
DEFINED = [
    (r"f'\(z\)", "slope"),
    (r"(\w)\(z\)", r"\1"),
    (r"\\frac\{\\partial f\}\{\\partial\\(\w+)\}", r"slope_by_\1"),
]


def formulas_of(kind):
    """Return the formulas of a docstring, by the Python names of what they define."""
    blocks = re.findall(r"\.\. math::\s+(.*?)(?:\n\n|\Z)", inspect.getdoc(kind), re.DOTALL)
    sides = [" ".join(block.split()).split(" = ") for block in blocks]
    return {_translated(left, DEFINED): right for left, *_, right in sides}


def functions_of(kind, **numbers):
    """Return what a docstring defines as functions of z, by name, for given hyperparameters."""
    functions = {**NAMES, **numbers}
    for name, formula in formulas_of(kind).items():
        code = f"lambda z: 0 * z + {_translated(formula, IN_PYTHON)}"
        functions[name] = eval(code, functions)  # noqa: S307, our own docstrings
    return functions


def _translated(formula, rules):
    for pattern, replacement in rules:
        formula = re.sub(pattern, replacement, formula)
    return formula
