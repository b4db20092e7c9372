"""Docstrings are complete, agree with signatures and between the estimators; README code runs."""

import ast
import inspect
import re
from dataclasses import fields, is_dataclass

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate
from pages import ROOT, WRITTEN, text_of
from public_objects import PUBLIC, members_of

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._compat.sklearn import StrOptions
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp.initializers import Normal, VarianceScaling

ESTIMATORS = [DeepMLPClassifier, DeepMLPRegressor]
INTERNAL = "sklearn_deepmlp.initializers.IndependentWeights"  # what two initializers share
CLASSES = {name: thing for name, thing in PUBLIC.items() if inspect.isclass(thing)}
# Objects that the package makes, and users read.
RECORDS = {name: kind for name, kind in CLASSES.items() if is_dataclass(kind)}
MEMBERS = [f"{name}.{member}" for name, kind in CLASSES.items() for member in members_of(kind)]
WITH_EXAMPLES = [
    name
    for name, thing in PUBLIC.items()
    if thing in ESTIMATORS or name.endswith("Display") or name not in CLASSES
]
LEFT_OUT = {
    "ES01",  # an extended summary is not needed everywhere
    "EX01",  # nor is an example
    "SA01",  # nor a reference to other objects
    "GL08",  # methods that override are documented where they are declared
    "RT03",  # what is returned is described by the first line
}


def parameters(kind):
    return {p.name: p for p in NumpyDocString(inspect.getdoc(kind))["Parameters"]}


@pytest.mark.parametrize("name", [*PUBLIC, *MEMBERS])
def test_numpydoc(name):
    # What users do not create has attributes, and no parameters.
    left_out = LEFT_OUT | {"PR01"} if name in RECORDS else LEFT_OUT
    errors = [error for error in validate(name)["errors"] if error[0] not in left_out]
    assert not errors


def test_every_member_has_a_docstring():
    for name, kind in CLASSES.items():
        for member in members_of(kind):
            assert inspect.getdoc(getattr(kind, member)), f"{name}.{member}"


@pytest.mark.parametrize("name", RECORDS)
def test_attributes_of_records_are_documented_in_their_order(name):
    documented = NumpyDocString(inspect.getdoc(RECORDS[name]))["Attributes"]
    names = [each for attribute in documented for each in attribute.name.split(", ")]
    assert names == [field.name for field in fields(RECORDS[name])]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_what_users_call_has_an_example(name):
    assert NumpyDocString(inspect.getdoc(PUBLIC[name]))["Examples"]


def test_the_reference_has_a_page_for_every_public_object():
    listed, module = set(), None
    for line in text_of("api.md").splitlines():
        if line.startswith(".. currentmodule::"):
            module = line.split()[-1]
        elif entry := re.fullmatch(r"   ([A-Za-z]\w*)", line):
            listed.add(f"{module}.{entry[1]}")
    assert listed == {name for name in PUBLIC if name != INTERNAL}


@pytest.mark.parametrize("kind", [*ESTIMATORS, VarianceScaling, Normal])
def test_defaults_in_docstrings_are_those_of_the_signature(kind):
    documented = parameters(kind)
    signature = inspect.signature(kind).parameters
    assert list(documented) == list(signature)
    for name, parameter in signature.items():
        text = re.search(r"default=(.+)$", documented[name].type).group(1)
        assert ast.literal_eval(text) == parameter.default


def test_shared_parameters_are_in_one_order_with_one_description():
    classifier, regressor = map(parameters, ESTIMATORS)
    shared = [name for name in classifier if name in regressor]
    assert shared == [name for name in regressor if name in classifier]
    for name in shared:
        assert classifier[name].type == regressor[name].type
        if name != "alpha":  # "auto" is another number
            assert classifier[name].desc == regressor[name].desc
    for name in shared:
        first, second = (inspect.signature(kind).parameters[name] for kind in ESTIMATORS)
        assert first.default == second.default
        assert first.kind == second.kind


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_options_in_docstrings_are_those_that_fit_accepts(kind):
    documented, constraints = parameters(kind), kind._parameter_constraints
    for name, parameter in documented.items():
        options = re.match(r"{.*?}", parameter.type)
        accepted = {o for c in constraints[name] if isinstance(c, StrOptions) for o in c.options}
        if options:
            assert ast.literal_eval(options.group()) == accepted


@pytest.mark.parametrize(
    ("kind", "name", "table"),
    [
        (DeepMLPClassifier, "solver", SOLVERS),
        (DeepMLPRegressor, "learning_rate", SCHEDULES),
        (DeepMLPRegressor, "loss", REGRESSION_LOSSES),
    ],
)
def test_options_are_described_in_the_words_of_their_table(kind, name, table):
    text = " ".join(parameters(kind)[name].desc)
    for option, piece in table.items():
        assert f'- "{option}": {piece.description}' in re.sub(r"\s+", " ", text)


def test_the_docstring_says_what_auto_means():
    for kind in ESTIMATORS:
        assert f'"auto" is {kind._auto_alpha!r}' in " ".join(parameters(kind)["alpha"].desc)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_every_parameter_has_a_constraint(kind):
    assert set(kind._parameter_constraints) == set(inspect.signature(kind).parameters)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_fitted_attributes_are_documented(kind):
    X = [[0.0, 1.0], [1.0, 0.5], [2.0, 1.5], [0.5, 2.0]]
    net = kind((3,), max_iter=2).fit(X, [0, 1, 0, 1])
    fitted = {name for name in vars(net) if name.endswith("_") and not name.startswith("_")}
    documented = {p.name for p in NumpyDocString(inspect.getdoc(kind))["Attributes"]}
    assert documented - {"feature_names_in_"} == fitted


PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *WRITTEN]
}


@pytest.mark.parametrize("page", [name for name, text in PAGES.items() if "```python" in text])
def test_code_of_a_page_runs_and_prints_what_the_page_says(page, tmp_path, monkeypatch, capsys):
    blocks = re.findall(r"```python\n(.*?)```", PAGES[page], re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile("\n".join(blocks), page, "exec"), {"__name__": "__main__"})  # noqa: S102
    printed = capsys.readouterr().out
    for output in re.findall(r"```text\n(.*?)```", PAGES[page], re.DOTALL):
        assert output in printed


def test_readme_has_code():
    assert "```python" in PAGES["README.md"]
