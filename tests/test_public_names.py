"""What users meet bears a public name, so that pickles and files survive a change of layout."""

import ast
import pickle
from doctest import DocTestFinder
from importlib import import_module

import numpy as np
import pytest
from estimator_cases import CASES
from fitted_networks import X, Y
from floors import MODULES
from pickled_names import modules_in
from public_objects import PUBLIC
from sklearn.model_selection import GridSearchCV

from sklearn_deepmlp import (
    DeepMLPClassifier,
    DivergenceError,
    compare_candidates,
    diagnose,
    fit_together,
    inspect_initialization,
    within_one_standard_error,
)


def private(modules):
    """Return those modules of this package that are not public."""
    return {name for name in modules if name.startswith("sklearn_deepmlp") and "._" in name}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_object_names_the_place_where_users_find_it(name):
    thing = PUBLIC[name]
    assert f"{thing.__module__}.{thing.__qualname__}" == name
    assert getattr(import_module(thing.__module__), thing.__qualname__) is thing
    assert pickle.loads(pickle.dumps(thing)) is thing


@pytest.mark.parametrize("name", CASES)
def test_a_pickle_of_an_estimator_names_public_modules_only(name):
    modules = modules_in(pickle.dumps(CASES[name]()[0]))
    assert "sklearn_deepmlp" in modules
    assert not private(modules)


def divergence():
    """Return the error of a fit that diverged."""
    net = DeepMLPClassifier((5,), solver="sgd", learning_rate_init=1e30, momentum=0)
    with pytest.raises(DivergenceError, match="non-finite") as caught:
        net.fit(X.astype(np.float32), Y)
    return caught.value


def test_pickles_of_what_functions_return_name_public_modules_only():
    net = DeepMLPClassifier((5,), max_iter=2, random_state=0)
    error = divergence()
    rule = within_one_standard_error()
    with fit_together() as report:
        search = GridSearchCV(net, {"alpha": [0, 1]}, cv=3, refit=rule, n_jobs=2).fit(X, Y)
    results = {
        "search": search,
        "report": report,
        "error": error,
        "diagnosis": diagnose(error),
        "diagnosis of a search": diagnose(search),
        "comparison": compare_candidates(search),
        "initialization": inspect_initialization(net, X),
    }
    for name, result in results.items():
        assert not private(modules_in(pickle.dumps(result))), name


def test_custom_subclasses_keep_their_own_names():
    class Mine(DeepMLPClassifier):
        pass

    assert Mine.__module__ == __name__


def with_examples(path):
    """Yield the names of what has an example in its docstring, in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        is_documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        if is_documented and ">>>" in (ast.get_docstring(node) or ""):
            yield getattr(node, "name", path.stem)


def test_every_example_is_found_where_pytest_looks_for_it():
    finder = DocTestFinder(exclude_empty=True)
    found = [
        test.name.rpartition(".")[2]
        for module in MODULES
        for test in finder.find(import_module(module), module)
        if test.examples
    ]
    written = [name for path in MODULES.values() for name in with_examples(path)]
    assert sorted(found) == sorted(written)
