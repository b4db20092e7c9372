"""Pipelines as ONNX models, by skl2onnx."""

import numpy as np
import pandas as pd
import pytest
from fitted_networks import X_REG, Y_REG, X, Y
from onnx_models import PARAMS, assert_classified_alike, fit, run
from pages import EXAMPLES, run_as_script
from skl2onnx import to_onnx
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import sklearn_deepmlp.onnx  # noqa: F401 - registers the converters with skl2onnx
from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

SINGLE = X.astype(np.float32)
WORDS = np.array(["rose", "iris", "tulip"])[Y]
PLAIN = {"zipmap": False}


def pipeline(kind=DeepMLPClassifier, **params):
    return make_pipeline(StandardScaler(), kind((6,), **{**PARAMS, **params}))


@pytest.mark.parametrize("y", [Y, WORDS, Y == 1], ids=["int", "strings", "bool"])
def test_a_pipeline_predicts_the_same(y):
    model = pipeline().fit(X, y)
    outputs = run(to_onnx(model, SINGLE[:1], options=PLAIN), SINGLE)
    assert_classified_alike(model, outputs, SINGLE)


@pytest.mark.no_cover
@pytest.mark.parametrize("given", [np.float32, np.float64])
@pytest.mark.parametrize("trained", ["float32", "float64"])
def test_data_types_of_input_and_network_may_differ(trained, given):
    model = pipeline(activation="gelu", dtype=trained).fit(X, Y)
    outputs = run(to_onnx(model, X[:1].astype(given), options=PLAIN), X.astype(given))
    assert outputs["probabilities"].dtype == given
    assert_classified_alike(model, outputs, X)


def mixed_data():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "size": rng.normal(size=150).astype(np.float32),
            "color": rng.choice(["red", "green", "blue"], 150),
            "weight": (Y + rng.normal(size=150)).astype(np.float32),
        }
    )


def test_columns_of_strings_and_numbers():
    data = mixed_data()
    columns = ColumnTransformer(
        [("numbers", StandardScaler(), ["size", "weight"]), ("words", OneHotEncoder(), ["color"])],
        sparse_threshold=0.0,
    )
    net = DeepMLPClassifier((6,), **{**PARAMS, "max_iter": 20})
    model = make_pipeline(columns, net).fit(data, WORDS)
    inputs = [data[[name]].to_numpy() for name in data.columns]
    outputs = run(to_onnx(model, data[:1], options=PLAIN), *inputs)
    assert_classified_alike(model, outputs, data)


def output_kinds(model, options):
    """Return names, types and shapes of the outputs."""
    converted = to_onnx(model, SINGLE[:1], options={id(model[-1]): options} if options else None)
    return [
        (output.name, output.type.WhichOneof("value")) for output in converted.graph.output
    ], run(converted, SINGLE)


OPTIONS = [
    None,
    {"zipmap": True},
    {"zipmap": False},
    {"zipmap": "columns"},
    {"zipmap": False, "output_class_labels": True},
]


@pytest.mark.no_cover
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_options_do_what_they_do_for_the_estimator_of_scikit_learn(options):
    params = {"max_iter": 3, "random_state": 0}
    theirs = make_pipeline(StandardScaler(), MLPClassifier((6,), **params)).fit(X, WORDS)
    expected, values = output_kinds(theirs, options)
    found, own_values = output_kinds(pipeline().fit(X, WORDS), options)
    assert found == expected
    for name, value in values.items():
        own = own_values[name]
        assert type(own) is type(value)
        assert np.shape(own) == np.shape(value)
        if isinstance(value, list):
            assert [row.keys() for row in own] == [row.keys() for row in value]
        else:
            assert own.dtype == value.dtype


def test_without_class_labels_their_indices_are_predicted():
    net = fit(y=WORDS)
    outputs = run(to_onnx(net, SINGLE[:1], options={**PLAIN, "nocl": True}), SINGLE)
    np.testing.assert_array_equal(net.classes_[outputs["label"]], net.predict(SINGLE))


def test_raw_scores_are_those_of_the_decision_function():
    for y in [Y, Y == 1]:
        net = fit(y=y)
        model = to_onnx(net, SINGLE[:1], options={**PLAIN, "raw_scores": True})
        outputs = run(model, SINGLE)
        raw = net.decision_function(SINGLE)
        np.testing.assert_array_equal(outputs["label"], net.predict(SINGLE))
        found = outputs["probabilities"] if raw.ndim == 2 else outputs["probabilities"][:, 1]
        np.testing.assert_allclose(found, raw, atol=1e-5)


def test_several_labels_per_row():
    labels = np.column_stack([Y == 0, Y > 0, Y == 2]).astype(int)
    net = fit(y=labels)
    outputs = run(to_onnx(net, SINGLE[:1], options=PLAIN), SINGLE)
    assert_classified_alike(net, outputs, SINGLE)


@pytest.mark.parametrize("y", [Y_REG, np.column_stack([Y_REG, -Y_REG])], ids=["one", "two"])
def test_regressors(y):
    features = X_REG.astype(np.float32)
    model = pipeline(DeepMLPRegressor).fit(X_REG, y)
    [(name, values)] = run(to_onnx(model, features[:1]), features).items()
    theirs = make_pipeline(StandardScaler(), MLPRegressor(max_iter=1)).fit(X_REG, Y_REG)
    assert [name] == [output.name for output in to_onnx(theirs, features[:1]).graph.output]
    expected = model.predict(features).reshape(len(features), -1)
    np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-5)


def test_the_best_of_a_search_and_two_networks_in_a_row():
    search = GridSearchCV(pipeline(), {"deepmlpclassifier__activation": ["tanh", "mish"]}, cv=2)
    best = search.fit(X, Y).best_estimator_
    assert_classified_alike(best, run(to_onnx(best, SINGLE[:1], options=PLAIN), SINGLE), SINGLE)


def test_integers_are_features_too():
    data = np.rint(10 * X).astype(np.int64)
    net = fit(X=data.astype(np.float32))
    assert_classified_alike(net, run(to_onnx(net, data[:1], options=PLAIN), data), data)


def test_the_example_serves_what_the_pipeline_predicts():
    example = run_as_script(EXAMPLES / "practice" / "serve_with_onnxruntime.py")
    assert example["same"].all()
    assert example["difference"] < 1e-5
    model = pipeline().fit(X, WORDS)
    labels = example["served_labels"](to_onnx(model, SINGLE[:1], options=PLAIN), SINGLE)
    np.testing.assert_array_equal(labels, model.predict(SINGLE))
