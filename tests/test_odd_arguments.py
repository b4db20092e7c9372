"""Whatever a user passes ends in a fit, or in an error that names the argument."""

import re
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from scipy.sparse import coo_array, csr_array
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.metrics import get_scorer_names, make_scorer, max_error
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp.activations import Activation

X, Y = load_iris(return_X_y=True)
X = scale(X)
ROWS = np.arange(0, 150, 6)
X_SOME, Y_SOME = X[ROWS], Y[ROWS]
N = len(ROWS)
RNG = np.random.default_rng(0)
ESTIMATORS = [DeepMLPClassifier, DeepMLPRegressor]
QUICK = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0}


# --- any argument

RECORDS = np.zeros(N, dtype=[("flag", np.int8), ("X", float, 4), ("f", np.float32, 4), ("y", int)])
RECORDS["X"] = RECORDS["f"] = X_SOME
RECORDS["y"] = Y_SOME
LABELS = np.column_stack([Y_SOME > 0, Y_SOME > 1]).astype(int)
NAMES = np.array(list("abc"))[Y_SOME]


def with_value(array, value):
    array = np.array(array, dtype=float)
    array.flat[5] = value
    return array


FEATURES = [
    X_SOME, X_SOME.tolist(), X_SOME.astype(np.float16), X_SOME.astype(np.longdouble), X_SOME > 0,
    X_SOME.astype(">f8"), X_SOME.astype(">f4"), X_SOME[:, ::-1], np.asfortranarray(X_SOME),
    RECORDS["X"], RECORDS["f"], RECORDS, X_SOME.astype(object), X_SOME.astype(str),
    np.full((N, 4), "a"), np.full((N, 4), b"a"), X_SOME + 1j, np.full((N, 4), np.datetime64("now")),
    with_value(X_SOME, np.nan), with_value(X_SOME, -np.inf), X_SOME[:0], X_SOME[:, :0],
    X_SOME[:, 0],
    X_SOME[..., None], X_SOME[:-1], X_SOME[:1], 3, None, "abc", {"a": 1}, {1, 2}, len,
    pd.DataFrame(X_SOME, columns=list("XyZw")), pd.DataFrame(X_SOME, columns=["a", 1, "b", 2]),
    pd.DataFrame(X_SOME).astype("Float64"), pd.DataFrame({"a": pd.array([1, None] * 12 + [2])}),
    pd.DataFrame({"a": pd.Categorical(NAMES)}), pl.DataFrame(X_SOME), pl.DataFrame({"a": NAMES}),
    csr_array(X_SOME), csr_array(with_value(X_SOME, np.nan)), coo_array(X_SOME[:, 0]),
    csr_array(X_SOME + 1j), torch.from_numpy(X_SOME), torch.from_numpy(X_SOME).requires_grad_(),
    [[1, 2], [3]] * 12, X_SOME * 1e300, X_SOME * 1e-310, np.array([[Decimal(1)] * 4] * N),
    np.array([[[1]] * 4] * N, dtype=object),
]  # fmt: skip
TARGETS = [
    Y_SOME, Y_SOME.tolist(), Y_SOME > 0, Y_SOME * 0, NAMES, NAMES.tolist(), NAMES.astype(object),
    NAMES.astype(bytes), Y_SOME.astype(str), np.array(["a", 1, None] * 8 + [2], dtype=object),
    X_SOME[:, 0], X_SOME[:, 0].astype(">f4"), with_value(Y_SOME, np.nan), Y_SOME + 1j,
    np.full(N, np.datetime64("2020")), Y_SOME[:, None], Y_SOME[None], LABELS, LABELS.astype(object),
    2 * LABELS, LABELS > 0, np.column_stack([NAMES, NAMES]), X_SOME[:, :2], X_SOME[..., None],
    np.zeros((N, 0)), csr_array(LABELS), csr_array(2 * LABELS), csr_array(X_SOME),
    coo_array(Y_SOME), pd.Series(NAMES, dtype="category"), pd.Series(NAMES, dtype="string"),
    pd.Series([1, None] * 12 + [2], dtype="Int64"), pd.DataFrame(LABELS), pl.Series(NAMES),
    torch.from_numpy(Y_SOME), RECORDS["y"], None, 3, "abc", Y_SOME[:-1], Y_SOME[:0], {"a": 1},
    [[0], [0, 1]] * 12, np.array([Decimal(1), Decimal(2)] * 12 + [3]), X_SOME[:, 0] * 1e300,
    -abs(X_SOME[:, 0]), np.r_[1, np.zeros(N - 1, int)], np.arange(N),
]  # fmt: skip
WEIGHTS = [
    None, np.ones(N), [1] * N, 1, 0, -1, np.nan, np.inf, 1j, True, "balanced", np.zeros(N),
    with_value(np.ones(N), np.nan), with_value(np.ones(N), -1), np.ones(N - 1), np.ones((N, 1)),
    np.ones((N, 2)), ["a"] * N, np.ones(N, dtype=object), np.ones(N) + 1j, Y_SOME > 0,
    pd.Series(np.ones(N), index=range(5, 5 + N)), pl.Series(np.ones(N)), {0: 1}, [],
    np.full(N, 1e308), np.full(N, 5e-324), np.full(N, np.datetime64("now")), Decimal(1),
    csr_array(np.ones((N, 1))), torch.ones(N),
]  # fmt: skip
CLASSES = [
    [0, 1, 2], None, np.arange(2), list("abc"), ["a", 1], [0, np.nan], 3, "abc", [],
    [[0, 1], [2, 3]], [0.5, 1.5], [2, 1, 0], [False, True], [0, None], {0, 1, 2},
    csr_array(np.eye(2)), {0: 1},
]  # fmt: skip
VALUES = [
    None, True, False, 0, 1, -1, 3, 0.5, -0.5, 1.5, 1e300, 1e-300, np.nan, np.inf, -np.inf, "",
    "auto", "abc", b"x", [], (3,), {}, {"a": 1}, np.array(3), np.array([3, 4]), np.array([[3]]),
    np.array(["a"]),
    np.int64(2), np.float32(0.1), np.bool_(True), np.str_("relu"), 1j, 10**400, Decimal("0.1"),
    Fraction(1, 3), len, int, object(), torch.tensor(3), torch.float32, "cuda", "cpu:0", "meta",
    pd.NA, range(2), np.random.default_rng(0), "loss", "r2", [3, 4.0], ["3"], [[3]], (4, None),
    np.datetime64("2020"), {0: -1}, {0: "a"}, {"a": 1, "b": 2}, {0: np.nan}, [{0: 1}], {None: 1},
]  # fmt: skip
ARGUMENTS = {
    "X": FEATURES, "y": TARGETS, "sample_weight": WEIGHTS, "classes": CLASSES,
    "X_val": FEATURES, "y_val": TARGETS, "sample_weight_val": WEIGHTS,
}  # fmt: skip
PARAMETERS = sorted({*DeepMLPClassifier().get_params(), *DeepMLPRegressor().get_params()})


def draw(generator, name):
    values = ARGUMENTS.get(name, VALUES)
    return values[generator.integers(len(values))]


def fit(kind, odd):
    """Fit with ordinary arguments but for the odd ones."""
    params = {name: odd[name] for name in kind().get_params() if name in odd}
    target = X_SOME[:, 0] + Y_SOME if kind is DeepMLPRegressor else Y_SOME
    arguments = {"X": X_SOME, "y": target, **{k: odd[k] for k in odd if k in ARGUMENTS}}
    net = kind(**{**QUICK, "early_stopping": any("_val" in k for k in odd), **params})
    if "classes" in odd and kind is DeepMLPClassifier:
        return net.partial_fit(**arguments)
    arguments.pop("classes", None)
    if net.early_stopping is True and "_val" in str(odd.keys()):
        arguments = {"X_val": X_SOME, "y_val": arguments["y"], **arguments}
    return net.fit(**arguments)


def drawn_odd(generator):
    names = ["X", "y", "sample_weight", "classes", PARAMETERS[generator.integers(len(PARAMETERS))]]
    if generator.random() < 0.5:
        names += ["X_val", "y_val", "sample_weight_val"]
        names.remove("classes")
    chosen = generator.choice(names, generator.integers(1, 3), replace=False)
    return {name: draw(generator, name) for name in chosen}


def names_one_of(message, names):
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message) for name in names)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize("seed", range(8))
def test_every_argument_ends_in_a_fit_or_in_an_error_that_names_it(kind, seed):
    generator = np.random.default_rng(seed)
    for _ in range(60):
        odd = drawn_odd(generator)
        try:
            net = fit(kind, odd)
        except (TypeError, ValueError) as error:
            # What is wrong with targets may show in their parts: in y, or in y_val.
            names = {*odd, *(f"{name}_val" for name in odd), "hidden_layer_sizes"}
            broke = "non-finite parameter weights" in str(error)
            assert broke or names_one_of(str(error), names), (odd, error)  # noqa: PT017
        else:
            assert all(np.isfinite(array).all() for array in net.coefs_), odd


# --- scoring

SCORED = {
    "two classes": (DeepMLPClassifier, (Y > 0).astype(int)),
    "two words": (DeepMLPClassifier, np.array(["no", "yes"])[(Y > 0).astype(int)]),
    "classes": (DeepMLPClassifier, Y),
    "one class": (DeepMLPClassifier, 0 * Y),
    "labels": (DeepMLPClassifier, RNG.integers(0, 2, (150, 3))),
    "numbers": (DeepMLPRegressor, X[:, 0] + Y),
    "columns": (DeepMLPRegressor, np.column_stack([X[:, 0], Y])),
}


@pytest.mark.no_cover
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("target", SCORED)
def test_every_scorer_judges_or_is_named(target, weighted):
    kind, y = SCORED[target]
    weight = np.linspace(0.5, 2, 150) if weighted else None
    for scoring in [*get_scorer_names(), make_scorer(max_error)]:
        net = kind(**QUICK, early_stopping=True, scoring=scoring)
        try:
            net.fit(X, y, weight)
        except ValueError as error:
            message = str(error)
            assert message.startswith(f"The 'scoring' parameter of {kind.__name__} must be")
            assert repr(scoring) in message
        else:
            assert len(net.validation_scores_) == 2


@pytest.mark.parametrize("found", [np.float32(0.5), np.array(0.5), np.array([0.5]), 1, True])
def test_numbers_of_scorers_come_in_many_forms(found):
    net = DeepMLPClassifier(**QUICK, early_stopping=True, scoring=lambda net, X, y: found)
    assert net.fit(X, Y).best_validation_score_ == float(np.ravel(found)[0])


def test_what_a_function_raises_comes_out_as_it_is():
    def scorer(net, X, y):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        DeepMLPClassifier(**QUICK, early_stopping=True, scoring=scorer).fit(X, Y)


# --- rows held out


@pytest.mark.parametrize("fraction", [0.0, 0.001, 0.1, 0.5, 0.99])
@pytest.mark.parametrize("classes", [1, 2, 3, 20])
def test_splits_end_in_a_fit_a_warning_or_an_error_that_says_what_to_do(fraction, classes):
    for rows in [4, 7, 20, 40]:
        y = np.arange(rows) % classes
        single = np.r_[1, np.zeros(rows - 1, int)] if classes == 2 else y
        for target in (y, single):
            net = DeepMLPClassifier(**QUICK, early_stopping=True, validation_fraction=fraction)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                try:
                    net.fit(X[:rows], target)
                except ValueError as error:
                    assert "least populated class" in str(error)  # noqa: PT017
                    assert "set early_stopping=False, or give X_val" in str(error)  # noqa: PT017
                    assert np.unique(target, return_counts=True)[1].min() == 1
                    continue
            told = any("validation_fraction" in str(w.message) for w in caught)
            assert told == (net.validation_scores_ is None)


# --- single cases of the kinds


@pytest.mark.parametrize("sizes", [np.array(3), np.array([3]), np.int8(3), [3], (np.uint8(3),)])
def test_one_layer_in_any_form(sizes):
    net = DeepMLPClassifier(sizes, max_iter=2, random_state=0).fit(X, Y)
    expected = DeepMLPClassifier(3, max_iter=2, random_state=0).fit(X, Y)
    np.testing.assert_array_equal(net.coefs_[0], expected.coefs_[0])


def test_sizes_of_no_dimension_that_are_no_ints():
    with pytest.raises(ValueError, match=r"'hidden_layer_sizes' parameter .* sequence of ints"):
        DeepMLPClassifier(np.array(3.5)).fit(X, Y)


@pytest.mark.parametrize("field", ["X", "f"])
@pytest.mark.parametrize("normalization", [None, "batch"])
def test_fields_of_records_are_features(field, normalization):
    net = DeepMLPClassifier(**QUICK, normalization=normalization)
    expected = clone(net).fit(RECORDS[field].copy(), RECORDS["y"].copy())
    net.fit(RECORDS[field], RECORDS["y"])
    for data in (RECORDS[field], RECORDS[field][::-1]):
        np.testing.assert_array_equal(net.predict_proba(data), expected.predict_proba(data.copy()))


def activation_of(function_of_z):
    class Own(Activation):
        def function(self, z):
            return function_of_z(z)

    return Own()


FLAT = {
    "detached": lambda z: z.detach().sign(),
    "constant": torch.ones_like,
    "compared": lambda z: (z > 0).to(z.dtype),
    "numpy": lambda z: torch.from_numpy(np.sign(z.detach().numpy())),
}


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("name", FLAT)
def test_an_output_without_a_graph_has_derivatives_of_zero(name, solver):
    params = {"solver": solver, "alpha": 0.0, "random_state": 0}
    net = DeepMLPClassifier((5, 4), activation_of(FLAT[name]), **params)
    start = clone(net).set_params(solver="adam", max_iter=1, learning_rate_init=1e-300).fit(X, Y)
    net.set_params(max_iter=5).fit(X, Y)
    for i in (0, 1):
        np.testing.assert_array_equal(net.coefs_[i], start.coefs_[i])
    assert (net.coefs_[2] != start.coefs_[2]).all()


def test_a_function_may_change_its_input_in_place():
    in_place = DeepMLPClassifier((5, 4), activation_of(torch.Tensor.relu_), random_state=0)
    plain = clone(in_place).set_params(activation=activation_of(torch.relu))
    for net in (in_place, plain):
        net.set_params(max_iter=3).fit(X, Y)
    np.testing.assert_array_equal(in_place.predict_proba(X), plain.predict_proba(X))


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (lambda z: z > 0, r"torch\.bool"),
        (lambda z: z.float(), r"torch\.float32"),
        (lambda z: z.sum(-1, keepdim=True), r"shape \(150, 1\)"),
        (lambda z: z.detach().numpy(), "numpy"),
        (lambda z: None, "NoneType"),
    ],
)
def test_functions_that_return_something_else(function, found):
    message = rf"Own\.function must return a tensor of the shape and the data type of z.*{found}"
    with pytest.raises(TypeError, match=message):
        DeepMLPClassifier((5,), activation_of(function)).fit(X, Y)
