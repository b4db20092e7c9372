"""Fitted state is plain: numpy arrays and values, in pickles, copies and on other machines."""

import copy
import io
import pickle
import warnings

import joblib
import numpy as np
import pytest
from pickled_names import modules_in
from programs import printed_by
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning, InconsistentVersionWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp.activations import LeakyReLU

X, Y = load_iris(return_X_y=True)
X = scale(X)


@pytest.fixture
def net():
    return DeepMLPClassifier((30, 20), "prelu", max_iter=5, random_state=0).fit(X, Y)


@pytest.mark.parametrize(
    "params",
    [
        {"dropout": 0.1},
        {"early_stopping": True},
        {"normalization": "batch", "skip_connections": "residual"},
        {"normalization": "layer", "skip_connections": "wide", "solver": "nadam"},
    ],
    ids=str,
)
def test_a_pickle_holds_numpy_and_no_torch_or_skorch(net, params):
    net.set_params(**params).fit(X, Y)
    data = pickle.dumps(net)
    loaded = pickle.loads(data)
    np.testing.assert_array_equal(loaded.predict_proba(X), net.predict_proba(X))
    packages = {name.split(".")[0] for name in modules_in(data)}
    assert packages == {"sklearn_deepmlp", "numpy"}


@pytest.mark.parametrize("sizes", [(10,), (500, 500)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_pickle_is_as_large_as_the_weights(sizes, dtype):
    X, y = load_digits(return_X_y=True)
    net = DeepMLPClassifier(sizes, max_iter=2).fit(X.astype(dtype), y)
    weights = sum(array.nbytes for array in net.coefs_ + net.intercepts_)
    assert len(pickle.dumps(net)) <= 1.05 * weights + 80_000


def test_a_fresh_process_predicts_the_same_bits(net, tmp_path):
    pipeline = make_pipeline(StandardScaler(), clone(net)).fit(X, Y)
    (tmp_path / "pipeline.pickle").write_bytes(pickle.dumps(pipeline))
    np.save(tmp_path / "X.npy", X)
    code = (
        "import warnings; warnings.simplefilter('error')\n"
        "import pickle, numpy as np, torch\n"
        "torch.set_num_threads(1)\n"
        "pipeline = pickle.load(open('pipeline.pickle', 'rb'))\n"
        "np.save('probabilities.npy', pipeline.predict_proba(np.load('X.npy')))\n"
    )
    printed_by(code, cwd=tmp_path)
    there = np.load(tmp_path / "probabilities.npy")
    assert there.tobytes() == pipeline.predict_proba(X).tobytes()


@pytest.mark.parametrize("mode", ["r", "c"])
def test_memory_mapped_weights_predict(net, tmp_path, mode):
    joblib.dump(net, tmp_path / "net.joblib")
    mapped = joblib.load(tmp_path / "net.joblib", mmap_mode=mode)
    assert isinstance(mapped.coefs_[0], np.memmap)
    np.testing.assert_array_equal(mapped.predict_proba(X), net.predict_proba(X))


def test_copies_and_clones(net):
    for other in [copy.copy(net), copy.deepcopy(net), pickle.loads(pickle.dumps(net))]:
        np.testing.assert_array_equal(other.predict_proba(X), net.predict_proba(X))
        assert vars(other).keys() == vars(net).keys()
    assert not hasattr(clone(net), "coefs_")


def test_another_version_warns(net):
    state = net.__getstate__()
    assert "_sklearn_deepmlp_version" in state
    with pytest.warns(InconsistentVersionWarning, match=r"DeepMLPClassifier from version 0\.0\.7"):
        DeepMLPClassifier().__setstate__({**state, "_sklearn_deepmlp_version": "0.0.7"})


def test_predictions_change_no_attribute(net):
    before = {name: id(value) for name, value in vars(net).items()}
    net.predict(X)
    net.predict_proba(X)
    net.predict_log_proba(X)
    net.decision_function(X)
    net.score(X, Y)
    assert {name: id(value) for name, value in vars(net).items()} == before


def test_predictions_follow_what_was_fitted_not_what_was_set_later(net):
    before = net.predict_proba(X)
    net.set_params(activation="tanh", hidden_layer_sizes=(3,), init="standard_normal")
    np.testing.assert_array_equal(net.predict_proba(X), before)


@pytest.mark.parametrize("skip_connections", [None, "residual", "wide"])
@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
def test_predictions_follow_the_layers_that_were_fitted(skip_connections, normalization):
    fitted = {"skip_connections": skip_connections, "normalization": normalization}
    net = DeepMLPClassifier((5, 5), max_iter=2, random_state=0, **fitted).fit(X, Y)
    before = net.predict_proba(X)
    for later in [None, "residual", "wide"]:
        net.set_params(skip_connections=later, normalization="layer")
        np.testing.assert_array_equal(net.predict_proba(X), before)


def test_parameters_are_never_changed_by_fit():
    activation = LeakyReLU(0.1)
    net = DeepMLPClassifier([5, 4], activation, max_iter=2)
    before = net.get_params()
    net.fit(X, Y)
    assert all(net.get_params()[name] is value for name, value in before.items())
    assert net.activation_ is not activation


def test_fitted_attributes(net):
    assert [w.shape for w in net.coefs_] == [(4, 30), (30, 20), (20, 3)]
    assert [b.shape for b in net.intercepts_] == [(30,), (20,), (3,)]
    assert all(array.flags.owndata for array in net.coefs_ + net.intercepts_)
    assert [layer["negative_slope"].shape for layer in net.activation_params_] == [(30,), (20,)]
    assert net.n_layers_ == 4
    assert net.n_features_in_ == 4
    assert net.t_ == net.n_iter_ * 150
    assert net.loss == "log_loss"
    assert repr(net.init_) == "VarianceScaling(scale=2.0)"


@pytest.mark.parametrize(
    ("given", "expected"), [(np.float32,) * 2, (np.float64,) * 2, (int, float)]
)
def test_dtype_auto_is_that_of_the_data(given, expected):
    data = (100 * X).astype(given)
    for net in [
        DeepMLPClassifier((5,), max_iter=2).fit(data, Y),
        DeepMLPRegressor((5,), max_iter=2).fit(data, Y),
    ]:
        assert {array.dtype for array in net.coefs_ + net.intercepts_} == {np.dtype(expected)}
    assert net.predict(data).dtype == expected
    assert net.predict(data.astype(np.float64)).dtype == expected


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_by_name(dtype):
    net = DeepMLPClassifier((5,), max_iter=2, dtype=dtype).fit(X, Y)
    assert net.coefs_[0].dtype == dtype
    assert net.predict_proba(X).dtype == dtype
    assert net.predict_proba(X.astype(np.float32)).dtype == dtype


def test_a_linear_network():
    net = DeepMLPClassifier((), max_iter=300, learning_rate_init=0.1, random_state=0).fit(X, Y)
    assert len(net.coefs_) == 1
    assert net.activation_params_ == []
    assert net.score(X, Y) > 0.95


def test_hidden_layer_sizes_may_be_an_int_or_an_array():
    as_int = DeepMLPClassifier(7, max_iter=2, random_state=0).fit(X, Y)
    as_array = DeepMLPClassifier(np.array([7]), max_iter=2, random_state=0).fit(X, Y)
    np.testing.assert_array_equal(as_int.coefs_[0], as_array.coefs_[0])


def test_a_search_over_activations_in_a_pipeline():
    pipeline = make_pipeline(StandardScaler(), DeepMLPClassifier((20,) * 3, max_iter=30))
    grid = {
        "deepmlpclassifier__activation": ["selu", "swish", LeakyReLU(0.1)],
        "deepmlpclassifier__init": ["auto", "lecun_normal"],
    }
    search = GridSearchCV(pipeline, grid, cv=3, error_score="raise", n_jobs=2).fit(X, Y)
    assert len(search.cv_results_["params"]) == 6
    assert pickle.loads(pickle.dumps(search)).best_score_ == search.best_score_


def test_read_only_and_foreign_arrays_train_without_warnings(tmp_path):
    expected = DeepMLPClassifier((5,), max_iter=2, random_state=0).fit(X, Y).coefs_[0]
    np.save(tmp_path / "X.npy", X)
    kinds = {
        "memmap": np.load(tmp_path / "X.npy", mmap_mode="r"),
        "big endian": X.astype(">f8"),
        "reversed": X[::-1][::-1],
        "Fortran": np.asfortranarray(X),
        "every other column": np.repeat(X, 2, axis=1)[:, ::2],
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", category=ConvergenceWarning)
        for data in kinds.values():
            net = DeepMLPClassifier((5,), max_iter=2, random_state=0).fit(data, Y)
            np.testing.assert_allclose(net.coefs_[0], expected, atol=1e-14)
            assert net.predict_proba(data).shape == (150, 3)


def test_pickling_through_a_file_object(net):
    stream = io.BytesIO()
    joblib.dump(net, stream, compress=3)
    stream.seek(0)
    np.testing.assert_array_equal(joblib.load(stream).predict(X), net.predict(X))
