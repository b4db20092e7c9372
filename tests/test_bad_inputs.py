"""Every bad input in the tables ends in its error, word by word, and loses nothing."""

import pickle
import re
from inspect import isroutine
from itertools import chain

import pytest
import sklearn
from bad_inputs import ESTIMATOR_CALLS, FUNCTION_CALLS, PARAMETER_CALLS
from bad_inputs.cases import BOTH
from sklearn.utils.fixes import parse_version

import sklearn_deepmlp
from sklearn_deepmlp._compat.sklearn import StrOptions

# What older versions of libraries do not refuse, or refuse for another reason.
IS_OLD = parse_version(sklearn.__version__) < parse_version("1.7")
REFUSED_SINCE = {("targets", "bytes as labels"), ("targets", "sparse vector")}
REFUSED_SINCE |= {("shapes", "sparse vector")}
# Words of older versions → those of the tables.
NEWER_WORDS = {
    r"np\.str_\((.*?)\)": r"\1",
    r"with dim (\d)\. (\w+) expected <= 2\.": r"with dim \1, while dim <= 2 is required by \2.",
    r"1D array or scalar\.": "1D array or scalar, got 2D array. "
    "Expected either a scalar value or a 1D array of length 24.",
}
CALLS = [
    pytest.param(entry, kind, id=f"{kind.__name__}, {theme}: {name}")
    for theme, table in ESTIMATOR_CALLS.items()
    for name, entry in table.items()
    for kind in entry.kinds
    if not (IS_OLD and (theme, name) in REFUSED_SINCE)
]
OTHER_CALLS = {**FUNCTION_CALLS, **PARAMETER_CALLS}


def in_newer_words(message):
    for old, new in NEWER_WORDS.items():
        message = re.sub(old, new, message)
    return message


def assert_error(entry, error, owner=""):
    """Compare the type and the whole text of an error."""
    assert isinstance(error, entry.error)
    found = in_newer_words(str(error))
    if entry.pattern is None:
        assert found == entry.message.replace("{owner}", owner)
    else:
        assert re.fullmatch(entry.pattern.replace("{owner}", owner), found), found


@pytest.mark.parametrize(("entry", "kind"), CALLS)
def test_a_bad_input_of_an_estimator(entry, kind):
    net = entry.estimator(kind)
    before = pickle.dumps(vars(net))
    with pytest.raises(entry.error, match=r"\A") as caught:
        entry.call(net)
    assert_error(entry, caught.value, kind.__name__)
    assert pickle.dumps(vars(net)) == before


@pytest.mark.parametrize("entry", OTHER_CALLS.values(), ids=OTHER_CALLS)
def test_a_bad_input_of_a_function(entry):
    with pytest.raises(entry.error, match=r"\A") as caught:
        entry.call()
    assert_error(entry, caught.value)


def test_every_parameter_has_a_bad_value():
    entries = list(chain.from_iterable(table.values() for table in ESTIMATOR_CALLS.values()))
    for kind in BOTH:
        spoiled = {name for entry in entries if kind in entry.kinds for name in entry.params}
        assert spoiled >= set(kind().get_params())


@pytest.mark.parametrize("kind", BOTH)
def test_every_option_is_suggested_where_it_is_misspelled(kind):
    for name, constraints in kind._parameter_constraints.items():
        for options in (each.options for each in constraints if isinstance(each, StrOptions)):
            for option in options:
                net = kind().set_params(**{name: f"{option}_x"})
                with pytest.raises(ValueError, match=rf" Did you mean '{option}'\?$"):
                    net.fit([[0.0]], [0])


def test_every_function_and_display_has_a_bad_argument():
    functions = {name for name, value in vars(sklearn_deepmlp).items() if isroutine(value)}
    displays = {name for name in sklearn_deepmlp.__all__ if name.endswith("Display")}
    called = {name.partition(":")[0] for name in FUNCTION_CALLS}
    assert called == functions & {*sklearn_deepmlp.__all__} | displays | {"fit_together"}


def test_there_are_many_kinds_and_none_twice():
    tables = [*ESTIMATOR_CALLS.values(), OTHER_CALLS]
    assert sum(map(len, tables)) > 400
    assert len({entry.message for table in tables for entry in table.values()}) > 250
