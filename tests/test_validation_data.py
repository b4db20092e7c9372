"""What early stopping judges by: scoring, and validation data that are passed."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score, log_loss, make_scorer, mean_absolute_error, r2_score
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

X, Y = load_iris(return_X_y=True)
X = scale(X)
X_TRAIN, X_VAL, Y_TRAIN, Y_VAL = train_test_split(X, Y, random_state=0, stratify=Y)
X_REG, Y_REG = (scale(a) for a in load_diabetes(return_X_y=True))
STOP = {"hidden_layer_sizes": (10,), "early_stopping": True, "max_iter": 15, "random_state": 0}
VALIDATION = {"X_val": X_VAL, "y_val": Y_VAL}
WEIGHT = np.linspace(0.2, 3, len(X_VAL))
NEGATIVE_LOG_LOSS = make_scorer(log_loss, greater_is_better=False, response_method="predict_proba")


# --- validation data


def test_all_rows_train_and_the_given_ones_judge():
    net = DeepMLPClassifier(**STOP).fit(X_TRAIN, Y_TRAIN, **VALIDATION)
    assert net.t_ == net.n_iter_ * len(X_TRAIN)
    assert net.best_validation_score_ == max(net.validation_scores_) == net.score(X_VAL, Y_VAL)
    plain = DeepMLPClassifier((10,), max_iter=15, random_state=0).fit(X_TRAIN, Y_TRAIN)
    assert net.loss_curve_ == plain.loss_curve_[: net.n_iter_]


def test_validation_weights_count():
    net = DeepMLPClassifier(**STOP).fit(X_TRAIN, Y_TRAIN, **VALIDATION, sample_weight_val=WEIGHT)
    expected = net.score(X_VAL, Y_VAL, sample_weight=WEIGHT)
    assert net.best_validation_score_ == pytest.approx(expected)


def test_a_regressor_is_judged_by_r2():
    net = DeepMLPRegressor(**STOP)
    net.fit(X_REG[:300], Y_REG[:300], X_val=X_REG[300:], y_val=Y_REG[300:])
    expected = r2_score(Y_REG[300:], net.predict(X_REG[300:]))
    assert net.best_validation_score_ == pytest.approx(expected)


def test_labels_and_strings():
    X_labels, labels = make_multilabel_classification(random_state=0)
    net = DeepMLPClassifier(**STOP, scoring="f1_micro")
    net.fit(X_labels[:60], labels[:60], X_val=X_labels[60:], y_val=labels[60:])
    assert len(net.validation_scores_) == net.n_iter_
    names = np.array(["a", "b", "c"])
    text = DeepMLPClassifier(**STOP, scoring="f1_macro")
    text.fit(X_TRAIN, names[Y_TRAIN], X_val=X_VAL, y_val=names[Y_VAL])
    coded = DeepMLPClassifier(**STOP, scoring="f1_macro").fit(X_TRAIN, Y_TRAIN, **VALIDATION)
    assert text.validation_scores_ == coded.validation_scores_


ARGUMENTS = [
    ({"X_val": X_VAL}, "X_val is provided, but y_val was not provided"),
    ({"y_val": Y_VAL}, "y_val is provided, but X_val was not provided"),
]


@pytest.mark.parametrize(("arguments", "message"), ARGUMENTS, ids=str)
def test_errors_are_those_of_gradient_boosting(arguments, message):
    estimators = [DeepMLPClassifier(early_stopping=True)]
    if "X_val" in HistGradientBoostingClassifier.fit.__code__.co_varnames:
        estimators.append(HistGradientBoostingClassifier(early_stopping=True))
    for estimator in estimators:
        with pytest.raises(ValueError, match=message):
            estimator.fit(X_TRAIN, Y_TRAIN, **arguments)


# --- scoring


def test_loss_is_the_weighted_loss_without_penalty():
    net = DeepMLPClassifier(**STOP, scoring="loss", alpha=5.0)
    net.fit(X_TRAIN, Y_TRAIN, **VALIDATION, sample_weight_val=WEIGHT)
    expected = -log_loss(Y_VAL, net.predict_proba(X_VAL), sample_weight=WEIGHT)
    assert net.best_validation_score_ == pytest.approx(expected)


def test_loss_of_a_regressor():
    net = DeepMLPRegressor(**STOP, scoring="loss", loss="absolute_error")
    net.fit(X_REG[:300], Y_REG[:300], X_val=X_REG[300:], y_val=Y_REG[300:])
    expected = -mean_absolute_error(Y_REG[300:], net.predict(X_REG[300:]))
    assert net.best_validation_score_ == pytest.approx(expected)


@pytest.mark.parametrize(
    "scoring",
    ["neg_log_loss", NEGATIVE_LOG_LOSS],
    ids=str,
)
def test_a_scorer_judges(scoring):
    net = DeepMLPClassifier(**STOP, scoring=scoring)
    net.fit(X_TRAIN, Y_TRAIN, **VALIDATION, sample_weight_val=WEIGHT)
    expected = -log_loss(Y_VAL, net.predict_proba(X_VAL), sample_weight=WEIGHT)
    assert net.best_validation_score_ == pytest.approx(expected)
    loss = DeepMLPClassifier(**STOP, scoring="loss")
    loss.fit(X_TRAIN, Y_TRAIN, **VALIDATION, sample_weight_val=WEIGHT)
    np.testing.assert_allclose(net.validation_scores_, loss.validation_scores_)


def test_a_function_judges():
    def scorer(estimator, X, y):
        assert estimator.predict(X).shape == y.shape
        return 0.5

    frame = pd.DataFrame(X, columns=list("abcd"))
    net = DeepMLPClassifier(**{**STOP, "max_iter": 30}, n_iter_no_change=3, scoring=scorer)
    assert net.fit(frame, Y).n_iter_ == 5  # the first score is the best, then four are no better
    message = "'scoring' parameter .* a scorer that takes sample_weight"
    with pytest.raises(ValueError, match=message):
        net.fit(frame, Y, sample_weight=np.linspace(1, 2, 150))


def test_scores_of_a_diverging_network_are_not_numbers():
    net = DeepMLPRegressor(**STOP, solver="sgd", learning_rate_init=1e200, scoring="r2")
    with pytest.raises(ValueError, match="non-finite parameter weights"):
        net.fit(X_REG, Y_REG)


def test_classes_weigh_in_the_score():
    weights = {0: 1.0, 1: 5.0, 2: 0.5}
    net = DeepMLPClassifier(**STOP, class_weight=weights).fit(X_TRAIN, Y_TRAIN, **VALIDATION)
    expected = net.score(X_VAL, Y_VAL, sample_weight=[weights[label] for label in Y_VAL])
    assert net.best_validation_score_ == pytest.approx(expected)


# --- metadata routing


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def test_a_pipeline_transforms_validation_data(routing):
    shift = 100.0
    net = DeepMLPClassifier(**STOP).set_fit_request(X_val=True, y_val=True)
    steps = [("scale", StandardScaler()), ("net", net)]
    pipeline = Pipeline(steps, transform_input=["X_val"])
    pipeline.fit(X_TRAIN + shift, Y_TRAIN, X_val=X_VAL + shift, y_val=Y_VAL)
    scaler = StandardScaler().fit(X_TRAIN)
    separate = DeepMLPClassifier(**STOP)
    separate.fit(scaler.transform(X_TRAIN), Y_TRAIN, X_val=scaler.transform(X_VAL), y_val=Y_VAL)
    assert pipeline[-1].validation_scores_ == separate.validation_scores_


def test_a_search_routes_sample_weights(routing):
    weight = np.linspace(0.2, 3, len(X))
    net = DeepMLPClassifier((5,), max_iter=3, random_state=0)
    net.set_fit_request(sample_weight=True)
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
    search = GridSearchCV(make_pipeline(scaler, net), {}, scoring=scorer, cv=3)
    search.fit(X, Y, sample_weight=weight)
    scaled = StandardScaler().fit_transform(X)
    separate = DeepMLPClassifier((5,), max_iter=3, random_state=0).fit(scaled, Y, weight)
    np.testing.assert_array_equal(search.best_estimator_[-1].coefs_[0], separate.coefs_[0])


def test_partial_fit_has_requests_too(routing):
    net = DeepMLPClassifier().set_partial_fit_request(sample_weight=True, classes=True)
    request = net.get_metadata_routing().partial_fit.requests
    assert request == {"sample_weight": True, "classes": True}
