"""The conditions of self-normalizing networks, each enforced and explained at fit."""

import re

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
)
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, KFold, ShuffleSplit, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.utils.validation import check_is_fitted

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._estimators.standardization import data_violations
from sklearn_deepmlp.activations import ACTIVATIONS, SELU, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer, Normal, VarianceScaling

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
SCALED = StandardScaler().fit_transform(RNG.standard_normal((300, 10)))
RAW, RAW_Y = load_iris(return_X_y=True)


def estimator(**params):
    params = {"hidden_layer_sizes": (3,), "activation": "selu", "max_iter": 1, **params}
    return DeepMLPClassifier(random_state=0, **params)


def fit(X, sample_weight=None, **params):
    return estimator(**params).fit(X, np.arange(len(X)) % 2, sample_weight)


def refusal(X, sample_weight=None, **params):
    with pytest.raises(ValueError, match="is not self-normalizing") as caught:
        fit(X, sample_weight, **params)
    return str(caught.value)


def with_feature_3(values):
    X = SCALED.copy()
    X[:, 3] = values
    return X


# --- What passes

HALF_ONES = np.repeat([0.0, 1.0], 150)
COMMON = np.minimum(RNG.geometric(0.3, 400), 8)
DATA = {
    "iris": RAW,
    "wine": load_wine().data,
    "breast cancer": load_breast_cancer().data,
    "digits": load_digits().data,
    "diabetes": load_diabetes().data,
    "heavy tails": RNG.standard_t(3, (400, 8)),
    "lognormal": RNG.lognormal(0, 1, (400, 8)),
    "sparse": np.where(RNG.random((400, 30)) < 0.05, RNG.lognormal(0, 1, (400, 30)), 0),
    "counts": RNG.poisson(0.05, (400, 50)).astype(float),
    "one-hot": np.eye(8)[COMMON - 1],
    "two far groups": RNG.choice([-100.0, 100.0], (400, 5)) + RNG.standard_normal((400, 5)),
    "with constants": np.column_stack([RAW, np.full(len(RAW), 7.0), np.zeros(len(RAW))]),
}
SPLITTERS = [
    KFold(5, shuffle=True, random_state=0),
    KFold(10, shuffle=True, random_state=1),
    ShuffleSplit(10, test_size=0.25, random_state=2),
]


@pytest.mark.parametrize("X", DATA.values(), ids=DATA)
def test_scaled_data_pass(X):
    assert data_violations(StandardScaler().fit_transform(X)) == []


@pytest.mark.parametrize("X", DATA.values(), ids=DATA)
@pytest.mark.parametrize("splitter", SPLITTERS, ids=["5 folds", "10 folds", "splits"])
def test_training_parts_of_scaled_data_pass(X, splitter):
    scaled = StandardScaler().fit_transform(X)
    for train, _ in splitter.split(X):
        assert data_violations(scaled[train]) == []
        assert data_violations(StandardScaler().fit_transform(X[train])) == []


@pytest.mark.parametrize("X", DATA.values(), ids=DATA)
def test_data_as_they_come_do_not_pass(X):
    assert data_violations(X)


@pytest.mark.parametrize("X", DATA.values(), ids=DATA)
def test_data_scaled_to_an_interval_do_not_pass(X):
    assert data_violations(MinMaxScaler().fit_transform(X))


def test_scaled_data_train_in_a_pipeline():
    X_train, X_test, y_train, y_test = train_test_split(RAW, RAW_Y, random_state=0)
    net = estimator(hidden_layer_sizes=(20, 20), max_iter=200, learning_rate_init=0.01)
    assert make_pipeline(StandardScaler(), net).fit(X_train, y_train).score(X_test, y_test) > 0.9


def test_float32_data_pass():
    assert fit(SCALED.astype(np.float32)).coefs_[0].dtype == np.float32


SHARES = RNG.dirichlet(np.ones(5), 300)
CONSTANT_UP_TO_ROUNDING = {
    "sums of shares": SHARES.sum(axis=1),
    "a large number": 1e6 + 1e-9 * RNG.standard_normal(300),
}


@pytest.mark.parametrize("column", CONSTANT_UP_TO_ROUNDING.values(), ids=CONSTANT_UP_TO_ROUNDING)
def test_what_scaling_leaves_of_a_column_constant_up_to_rounding_passes(column):
    assert column.min() < column.max()
    fit(StandardScaler().fit_transform(np.column_stack([SCALED[:, :3], column])))


def test_scaled_one_hot_columns_pass():
    fit(StandardScaler().fit_transform(np.column_stack([SCALED, HALF_ONES, 1 - HALF_ONES])))


# --- Each rule on data, just kept and just broken


@pytest.mark.parametrize("shift", [-0.099, 0.099])
def test_a_small_common_shift_passes(shift):
    fit(SCALED + shift)


@pytest.mark.parametrize("shift", [-0.101, 0.101])
def test_the_mean_of_all_features_is_near_0(shift):
    assert "mean over all features" in refusal(SCALED + shift)


def test_constant_features_count_in_the_mean_of_all():
    X = SCALED.copy()
    X[:, :3] = 0.4
    assert "mean over all features" in refusal(X)


@pytest.mark.parametrize("variance", [0.81, 1.49])
def test_a_pooled_variance_near_1_passes(variance):
    fit(SCALED * np.sqrt(variance))


@pytest.mark.parametrize("variance", [0.79, 1.51])
def test_the_pooled_variance_is_near_1(variance):
    assert "mean variance" in refusal(SCALED * np.sqrt(variance))


def test_constant_features_do_not_count_in_the_pooled_variance():
    X = SCALED.copy()
    X[:, :5] = 0.0
    fit(X)


@pytest.mark.parametrize("shift", [-0.499, 0.499])
def test_a_feature_somewhat_off_center_passes(shift):
    fit(with_feature_3(SCALED[:, 3] + shift))


@pytest.mark.parametrize("shift", [-0.501, 0.501])
def test_each_feature_is_centered(shift):
    message = refusal(with_feature_3(SCALED[:, 3] + shift))
    assert "centered" in message
    assert "feature 3" in message
    assert len(message.splitlines()) == 2


@pytest.mark.parametrize("std", [0.501, 1.99])
def test_a_feature_somewhat_off_scale_passes(std):
    fit(with_feature_3(SCALED[:, 3] * std))


@pytest.mark.parametrize("std", [0.499, 2.01])
def test_each_feature_has_a_standard_deviation_near_1(std):
    message = refusal(with_feature_3(SCALED[:, 3] * std))
    assert "standard deviation" in message
    assert "feature 3" in message


@pytest.mark.parametrize("far", [(2, 2, 2), (0.5, 1, 1)], ids=str)
def test_a_narrow_feature_whose_spread_is_a_tail_passes(far):
    tail = np.zeros(300)
    tail[:3] = far
    assert tail.std() < 0.5
    fit(with_feature_3(tail))


@pytest.mark.parametrize("values", [HALF_ONES, np.arange(300) % 30 == 0], ids=["half", "few"])
def test_a_feature_of_zeros_and_ones_is_refused(values):
    message = refusal(with_feature_3(values))
    assert "only zeros and ones" in message
    assert "feature 3" in message


@pytest.mark.parametrize("pair", [(-0.5, 0.5), (-1, 1), (-0.02, 0.99)], ids=str)
def test_a_feature_of_two_other_values_passes(pair):
    fit(with_feature_3(np.where(HALF_ONES > 0, *pair)))


@pytest.mark.parametrize("constant", [0.0, -0.5, 0.5])
def test_a_constant_near_0_passes(constant):
    fit(with_feature_3(constant))


@pytest.mark.parametrize("constant", [-0.51, 0.51, 1.0, -1e6])
def test_a_constant_is_near_0(constant):
    message = refusal(with_feature_3(constant))
    assert "constant" in message
    assert "feature 3" in message


def test_values_that_hardly_differ_cause_no_numerical_warning():
    refusal(with_feature_3(1e-200 * HALF_ONES), init="he_normal")


@pytest.mark.parametrize("huge", [1e200, 1e307])
def test_huge_values_are_refused_without_numerical_warnings(huge):
    assert "feature 3" in refusal(with_feature_3(huge * SCALED[:, 3]))


# --- Kinds of data that nobody standardized


def test_centered_data_need_their_scale_too():
    message = refusal(StandardScaler(with_std=False).fit_transform(RAW * 10))
    assert "standard deviation" in message
    assert "mean over all" not in message


def test_scaled_data_need_their_center_too():
    message = refusal(StandardScaler(with_mean=False).fit_transform(RAW))
    assert "mean over all" in message
    assert "standard deviation" not in message


def test_one_hot_columns_beside_scaled_ones_are_refused():
    codes = OneHotEncoder(sparse_output=False).fit_transform(np.arange(300)[:, None] % 3)
    message = refusal(np.hstack([SCALED, codes]))
    assert "3 features are only zeros and ones: features 10, 11 and 12" in message
    assert "one-hot" in message


def test_one_raw_column_among_many_scaled_ones_is_found():
    X = np.hstack([SCALED] * 50)
    X[:, 123] = X[:, 123] * 20 + 100
    assert "feature 123" in refusal(X)


def test_a_column_of_ones_is_found():
    message = refusal(np.column_stack([SCALED, np.ones(300)]))
    assert "constant" in message
    assert "feature 10" in message


WAYS_TO_BE_WRONG = {
    "not centered within": lambda column, badness: column + badness,
    "constant and not within": lambda column, badness: np.full(len(column), -badness),
    "spread by a standard deviation outside": lambda column, badness: column * badness,
    "spread by a standard deviation outside [0.5": lambda column, badness: column / badness,
    "only zeros and ones": lambda column, badness: HALF_ONES,
}


@pytest.mark.parametrize(("what", "spoil"), WAYS_TO_BE_WRONG.items(), ids=WAYS_TO_BE_WRONG)
@pytest.mark.parametrize("n_wrong", range(1, 10))
def test_up_to_five_features_of_each_kind_are_named_the_worst_ones(what, spoil, n_wrong):
    X, order = SCALED.copy(), np.random.default_rng(n_wrong).permutation(10)[:n_wrong]
    for place, number in enumerate(order):
        X[:, number] = spoil(X[:, number], 50.0 if place < 5 else 3.0)
    count = "1 feature is" if n_wrong == 1 else f"{n_wrong} features are"
    (finding,) = re.findall(f"{count} {re.escape(what)}.*?(?=[;.] )", refusal(X))
    named = re.findall(r"\d+", finding.rpartition("feature")[2])
    worst = order[:5] if what != "only zeros and ones" else sorted(order)[:5]
    assert named == [str(number) for number in sorted(worst)]
    has_order = what != "only zeros and ones"
    assert (", worst features" in finding) is (has_order and n_wrong > 5)
    assert (", for example features" in finding) is (not has_order and n_wrong > 5)


def test_the_worst_standard_deviations_are_those_farthest_from_1_by_their_factor():
    X = SCALED * [1, 2.1, 0.02, 60, 0.04, 2.2, 100, 0.01, 2.3, 1]
    assert "worst features 2, 3, 4, 6 and 7" in refusal(X)


@pytest.mark.parametrize("X", [DATA["iris"], DATA["wine"], DATA["diabetes"]], ids=len)
def test_the_features_named_are_the_same_in_all_folds(X):
    findings = [data_violations(X[train])[0].finding for train, _ in SPLITTERS[0].split(X)]
    assert len(set(findings)) == 1


def test_features_are_named_as_in_a_data_frame():
    frame = load_iris(as_frame=True).data
    assert "features 'sepal length (cm)', 'sepal width (cm)', 'petal length (cm)' and" in refusal(
        frame
    )


def test_columns_of_a_scaled_data_frame_are_named():
    frame = pd.DataFrame(with_feature_3(HALF_ONES), columns=[f"column {i}" for i in range(10)])
    assert "'column 3'" in refusal(frame)


def test_several_findings_are_all_told():
    X = SCALED.copy()
    X[:, 0], X[:, 1], X[:, 2], X[:, 3] = 3.0, HALF_ONES, X[:, 2] + 5, X[:, 3] * 5
    message = refusal(X)
    for feature in range(4):
        assert f"feature {feature}" in message


@pytest.mark.parametrize("X", [SCALED + 1, SCALED * 3, with_feature_3(HALF_ONES)])
def test_the_remedy_for_data_is_a_scaler_in_a_pipeline(X):
    remedy = refusal(X).partition("Remedy")[2]
    assert "StandardScaler" in remedy
    assert "Pipeline" in remedy


# --- Which rows are judged


def test_rows_of_weight_0_are_not_judged():
    X = np.vstack([SCALED, 100 + SCALED[:50]])
    fit(X, sample_weight=np.arange(350) < 300)


def test_rows_of_positive_weight_are_judged_without_the_others():
    message = refusal(SCALED, sample_weight=(SCALED[:, 3] > 0).astype(float))
    assert "feature 3" in message


def test_weights_do_not_weigh_in_the_judgment():
    fit(SCALED, sample_weight=np.where(SCALED[:, 3] > 0, 1000.0, 1.0))


@pytest.mark.parametrize("random_state", range(5))
def test_all_rows_are_judged_before_some_are_held_out(random_state):
    X = StandardScaler().fit_transform(np.random.default_rng(1).standard_normal((20, 1)))
    params = {"early_stopping": True, "validation_fraction": 0.5, "max_iter": 1}
    net = DeepMLPClassifier((3,), "selu", random_state=random_state, **params)
    net.fit(X, np.arange(20) % 2)


# --- Parameters


class OwnLecunNormal(Initializer):
    def draw(self, fan_in, fan_out, generator):
        return generator.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in)


LECUN_NORMAL = [
    "auto",
    "lecun_normal",
    VarianceScaling(1.0, "fan_in", "normal"),
    VarianceScaling(scale=1),
]
OTHERS = [
    *[name for name in INITIALIZERS if name != "lecun_normal"],
    VarianceScaling(1.0, "fan_avg", "normal"),
    VarianceScaling(1.0, "fan_in", "uniform"),
    VarianceScaling(1.01, "fan_in", "normal"),
    Normal(std=0.3),
    OwnLecunNormal(),
]


@pytest.mark.parametrize("init", LECUN_NORMAL, ids=repr)
def test_lecun_normal_passes_by_name_and_by_value(init):
    fit(SCALED, init=init)


def line_of(message, parameter):
    """Return the one line of a complaint that is about a parameter."""
    (line,) = [line for line in message.splitlines() if line.startswith(f"- {parameter}=")]
    return line


@pytest.mark.parametrize("init", OTHERS, ids=repr)
def test_other_initializations_are_refused(init):
    line = line_of(refusal(SCALED, init=init), "init")
    assert repr(init) in line
    assert "lecun_normal" in line.partition("Remedy")[2]


@pytest.mark.parametrize("alpha", [1e-8, 1e-4, 1])
def test_alpha_is_refused(alpha):
    line = line_of(refusal(SCALED, alpha=alpha), "alpha")
    assert line.startswith(f"- alpha={alpha!r}")
    assert "alpha=0" in line.partition("Remedy")[2]


def test_standard_dropout_is_refused():
    line = line_of(refusal(SCALED, dropout=0.1, dropout_kind="standard"), "dropout")
    assert line.startswith("- dropout=0.1")
    assert "dropout_kind" in line.partition("Remedy")[2]


FORBIDDEN = {
    "init": "he_normal",
    "skip_connections": "residual",
    "normalization": "batch",
    "alpha": 0.1,
    "max_norm": 3.0,
    "dropout": 0.2,
}


@pytest.mark.parametrize("parameter", FORBIDDEN)
def test_each_parameter_is_told_with_value_and_remedy(parameter):
    params = {parameter: FORBIDDEN[parameter], "dropout_kind": "standard"}
    _, line = refusal(SCALED, **params).splitlines()
    assert line.startswith(f"- {parameter}={FORBIDDEN[parameter]!r} ")
    assert parameter in line.partition("Remedy: ")[2]


@pytest.mark.parametrize(
    "params",
    [
        {"skip_connections": "wide"},
        {"normalization": "layer"},
        {"max_norm": 1e6},
        {"alpha": 0.1, "l1_ratio": 1.0},
    ],
    ids=str,
)
def test_variants_of_the_forbidden_are_refused_too(params):
    assert line_of(refusal(SCALED, **params), next(iter(params)))


@pytest.mark.parametrize("kind", ["auto", "alpha"])
def test_alpha_dropout_passes(kind):
    fit(SCALED, dropout=0.1, dropout_kind=kind)


def test_standard_dropout_that_drops_nothing_passes():
    fit(SCALED, dropout=0.0, dropout_kind="standard")


@pytest.mark.parametrize(("activation", "kind"), [("selu", "alpha"), ("relu", "standard")])
def test_auto_dropout_is_the_kind_that_suits_the_activation(activation, kind):
    def weights(kind):
        return fit(SCALED, activation=activation, dropout=0.3, dropout_kind=kind).coefs_[0]

    np.testing.assert_array_equal(weights("auto"), weights(kind))


def test_all_violations_are_in_one_message():
    message = refusal(SCALED + 1, dropout_kind="standard", **FORBIDDEN)
    title, *lines = message.splitlines()
    assert title.startswith("DeepMLPClassifier with activation SELU() is not self-normalizing")
    assert len(lines) == 1 + len(FORBIDDEN)
    assert all("Remedy: " in line for line in lines)
    assert "not standardized" in lines[0]
    for parameter in FORBIDDEN:
        assert line_of(message, parameter)


def test_invalid_parameters_are_told_before_the_conditions():
    with pytest.raises(ValueError, match="The 'alpha' parameter of DeepMLPClassifier must be"):
        fit(RAW, alpha=-1)


# --- enforce, warn, ignore


def test_the_message_says_how_to_train_all_the_same():
    title = refusal(RAW).splitlines()[0]
    assert "self_normalization='warn'" in title
    assert "'ignore'" in title


def test_warn_says_the_same_and_trains():
    with pytest.warns(UserWarning, match="is not self-normalizing") as caught:
        net = fit(RAW, self_normalization="warn", **FORBIDDEN)
    texts = [str(warning.message) for warning in caught]
    assert refusal(RAW, **FORBIDDEN) in texts
    assert net.n_iter_ == 1


def test_the_warning_points_to_the_call_of_fit():
    with pytest.warns(UserWarning, match="is not self-normalizing") as caught:
        estimator(self_normalization="warn").fit(RAW, RAW_Y)
    assert {warning.filename for warning in caught} == {__file__}


def test_warn_is_silent_where_nothing_is_wrong():
    fit(SCALED, self_normalization="warn")


def test_ignore_trains_silently():
    assert fit(RAW, self_normalization="ignore", **FORBIDDEN).n_iter_ == 1


def test_the_mode_changes_no_weights():
    first, second, third = (
        fit(SCALED, self_normalization=mode).coefs_[0] for mode in ("enforce", "warn", "ignore")
    )
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, third)


# --- Who is judged


@pytest.mark.parametrize(
    "name", [n for n, kind in ACTIVATIONS.items() if not kind.self_normalizing]
)
def test_other_activations_are_never_judged(name):
    assert fit(RAW, activation=name, dropout_kind="standard", **FORBIDDEN).n_iter_ == 1


class OwnSELU(Activation):
    default_init = "lecun_normal"
    self_normalizing = True

    def function(self, z):
        return torch.selu(z)


class Unassuming(SELU):
    self_normalizing = False


def test_a_custom_self_normalizing_activation_is_judged_as_selu_is():
    expected = refusal(RAW, **FORBIDDEN).replace("SELU()", "OwnSELU()")
    assert refusal(RAW, activation=OwnSELU(), **FORBIDDEN) == expected


def test_a_custom_self_normalizing_activation_trains_as_selu_does():
    own, built_in = (fit(SCALED, activation=a, dropout=0.1) for a in (OwnSELU(), "selu"))
    np.testing.assert_allclose(own.coefs_[0], built_in.coefs_[0], rtol=1e-9)


def test_what_an_activation_says_of_itself_counts_not_its_kin():
    fit(RAW, activation=Unassuming())


def test_a_selu_object_is_judged_as_its_name_is():
    assert refusal(RAW, activation=SELU()) == refusal(RAW)


def test_the_regressor_is_judged_too():
    with pytest.raises(ValueError, match="DeepMLPRegressor with activation SELU"):
        DeepMLPRegressor((3,), "selu").fit(RAW, RAW_Y)


# --- Around a failure


def test_a_failed_fit_leaves_an_unfitted_estimator_unfitted():
    net = estimator()
    before = dict(vars(net))
    with pytest.raises(ValueError, match="is not self-normalizing"):
        net.fit(RAW, RAW_Y)
    assert vars(net) == before
    with pytest.raises(NotFittedError, match="not fitted yet"):
        check_is_fitted(net)


def test_a_failed_refit_keeps_the_old_model():
    net = fit(SCALED)
    before = net.predict_proba(SCALED)
    with pytest.raises(ValueError, match="is not self-normalizing"):
        net.fit(RAW, RAW_Y)
    np.testing.assert_array_equal(net.predict_proba(SCALED), before)


def test_the_first_line_is_the_same_for_all_folds():
    messages = [refusal(RAW[train]) for train, _ in SPLITTERS[0].split(RAW)]
    assert len({message.splitlines()[0] for message in messages}) == 1


@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
@pytest.mark.parametrize(
    ("X", "grid"),
    [(SCALED, {"alpha": [0.0, 0.1]}), (RAW, {"activation": ["relu", "selu"]})],
    ids=["a parameter", "unscaled data"],
)
def test_a_search_groups_failures_of_one_cause(X, grid):
    search = GridSearchCV(estimator(), grid, cv=SPLITTERS[0], error_score=np.nan, refit=False)
    with pytest.warns(FitFailedWarning, match="5 fits failed with the following error"):
        search.fit(X, np.arange(len(X)) % 2)
