"""What is saved comes back the same: parameters, attributes, predictions, further training."""

import os
import stat
import sys

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sklearn
from fitted_networks import X_REG, Y_REG, X, Y
from programs import printed_by
from sklearn.exceptions import InconsistentVersionWarning

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, load
from sklearn_deepmlp.activations import Activation, LeakyReLU
from sklearn_deepmlp.initializers import Initializer, Normal, VarianceScaling

NAMES = np.array(["setosa", "versicolor", "virginica"])
LABELS = np.eye(3, dtype=int)[Y]
FRAME = pd.DataFrame(X, columns=list("abcd"))


def classifier(**params):
    return DeepMLPClassifier(
        **{"hidden_layer_sizes": (4, 3), "max_iter": 2, "random_state": 0, **params}
    )


def regressor(**params):
    return DeepMLPRegressor(
        **{"hidden_layer_sizes": (4, 3), "max_iter": 2, "random_state": 0, **params}
    )


class Softsign(Activation):
    def __init__(self, steepness=1.0):
        self.steepness = steepness

    def function(self, z, *, steepness):
        return steepness * z / (1 + (steepness * z).abs())


class Constant(Initializer):
    def __init__(self, size=0.5):
        self.size = size

    def draw(self, fan_in, fan_out, generator):
        return np.full((fan_in, fan_out), self.size)


class OwnClassifier(DeepMLPClassifier):
    pass


FITTED = {
    "classes": lambda: classifier().fit(X, Y),
    "two classes": lambda: classifier().fit(X, Y > 0),
    "one class": lambda: classifier().fit(X, np.zeros(150)),
    "strings": lambda: classifier().fit(X, NAMES[Y]),
    "objects": lambda: classifier(class_weight={"setosa": 2}).fit(X, NAMES.astype(object)[Y]),
    "numpy keys": lambda: classifier(class_weight={np.int64(0): np.float32(2)}).fit(X, Y),
    "multilabel": lambda: classifier().fit(X, LABELS),
    "sparse labels": lambda: classifier().fit(X, scipy.sparse.csr_array(LABELS)),
    "feature names": lambda: classifier().fit(FRAME, Y),
    "sparse features": lambda: classifier().fit(scipy.sparse.csr_array(X), Y),
    "float32": lambda: classifier().fit(X.astype(np.float32), Y),
    "bfloat16": lambda: classifier(dtype="bfloat16", device="cpu").fit(X, Y),
    "learned": lambda: classifier(activation="prelu", normalization="batch").fit(X, Y),
    "wide": lambda: classifier(normalization="layer", skip_connections="wide").fit(X, Y),
    "residual": lambda: classifier(hidden_layer_sizes=(4, 4), skip_connections="residual").fit(
        X, Y
    ),
    "early stopping": lambda: classifier(early_stopping=True, scoring="accuracy").fit(X, Y),
    "selu": lambda: classifier(activation="selu", dropout=0.1).fit(X, Y),
    "objects as parameters": lambda: classifier(
        activation=LeakyReLU(np.float64(0.1)), init=VarianceScaling("auto")
    ).fit(X, Y),
    "an array as a parameter": lambda: classifier(hidden_layer_sizes=np.array([3])).fit(X, Y),
    "no signals": lambda: classifier(record_signals=False).fit(X, Y),
    "a linear network": lambda: classifier(hidden_layer_sizes=()).fit(X, Y),
    "lbfgs": lambda: regressor(solver="lbfgs", init=Normal()).fit(X_REG, Y_REG),
    "poisson": lambda: regressor(loss="poisson").fit(X_REG, Y_REG + 5),
    "two targets": lambda: regressor(loss="huber").fit(X_REG, np.c_[Y_REG, -Y_REG]),
    "random state": lambda: regressor(random_state=np.random.RandomState(1)).fit(X_REG, Y_REG),
    "infinite patience": lambda: regressor(n_iter_no_change=np.inf).fit(X_REG, Y_REG),
    **{
        f"partial_fit with {solver}": lambda solver=solver: classifier(
            solver=solver, activation="prelu", normalization="batch"
        ).partial_fit(X, Y, classes=[0, 1, 2])
        for solver in ("adam", "adamw", "nadam", "rmsprop", "sgd")
    },
    "partial_fit with selu": lambda: regressor(activation="selu").partial_fit(X_REG, Y_REG),
    "unfitted": lambda: classifier(alpha=0.1),
}


def features_for(net):
    if hasattr(net, "feature_names_in_"):
        return FRAME
    return X_REG if isinstance(net, DeepMLPRegressor) else X


def assert_same(value, other):
    """Compare values with their types, and floats and arrays bit for bit."""
    assert type(other) is (tuple if isinstance(value, tuple) else type(value))
    if isinstance(value, np.ndarray):
        assert (value.dtype, value.shape) == (other.dtype, other.shape)
        assert value.tolist() == other.tolist() or value.tobytes() == other.tobytes()
    elif isinstance(value, np.random.RandomState):
        np.testing.assert_equal(value.get_state(), other.get_state())
    elif isinstance(value, dict):
        assert list(value) == list(other)
        assert_same(list(value.values()), list(other.values()))
    elif isinstance(value, list | tuple):
        assert len(value) == len(other)
        for each, of_other in zip(value, other, strict=True):
            assert_same(each, of_other)
    elif hasattr(value, "__dict__"):
        assert_same(vars(value), vars(other))
    else:
        np.testing.assert_equal(value, other)


def sorted_attributes(net):
    return dict(sorted(vars(net).items()))


@pytest.mark.parametrize("kind", FITTED)
def test_what_is_loaded_is_what_was_saved(kind, tmp_path):
    net, path = FITTED[kind](), tmp_path / "net.deepmlp"
    net.save(path)
    loaded = load(path)
    assert type(loaded) is type(net)
    assert_same(sorted_attributes(loaded), sorted_attributes(net))
    again = tmp_path / "again.deepmlp"
    loaded.save(str(again))
    assert again.read_bytes() == path.read_bytes()
    if kind != "unfitted":
        features = features_for(net)
        expected, got = net.predict(features), loaded.predict(features)
        assert type(got) is type(expected)
        is_sparse = scipy.sparse.issparse(expected)
        assert_same(*(each.toarray() if is_sparse else each for each in (expected, got)))
        raw, of_loaded = net._raw_predictions(features), loaded._raw_predictions(features)
        assert raw.tobytes() == of_loaded.tobytes()


@pytest.mark.parametrize("kind", [kind for kind in FITTED if kind.startswith("partial_fit")])
def test_partial_fit_resumes_with_the_same_bits(kind, tmp_path):
    net = FITTED[kind]()
    net.save(tmp_path / "net.deepmlp")
    loaded = load(tmp_path / "net.deepmlp")
    y = Y_REG if isinstance(net, DeepMLPRegressor) else Y
    for each in (net, loaded):
        each.partial_fit(features_for(net), y)
    assert_same(sorted_attributes(loaded), sorted_attributes(net))


@pytest.mark.parametrize("params", [{}, {"early_stopping": True}, {"solver": "lbfgs"}], ids=str)
def test_warm_start_resumes_with_the_same_bits(params, tmp_path):
    net = classifier(warm_start=True, **params).fit(X, Y)
    net.save(tmp_path / "net.deepmlp")
    loaded = load(tmp_path / "net.deepmlp")
    assert_same(sorted_attributes(loaded.fit(X, Y)), sorted_attributes(net.fit(X, Y)))


def test_a_fresh_process_saves_the_same_bytes_and_predicts_the_same_bits(tmp_path):
    net = FITTED["learned"]()
    net.save(tmp_path / "net.deepmlp")
    np.save(tmp_path / "X.npy", X)
    printed_by(
        "import numpy as np, torch\n"
        "torch.set_num_threads(1)\n"
        "from sklearn_deepmlp import load\n"
        "net = load('net.deepmlp')\n"
        "net.save('again.deepmlp')\n"
        "np.save('probabilities.npy', net.predict_proba(np.load('X.npy')))\n",
        cwd=tmp_path,
    )
    saved = [(tmp_path / name).read_bytes() for name in ("net.deepmlp", "again.deepmlp")]
    assert saved[0] == saved[1]
    there = np.load(tmp_path / "probabilities.npy")
    assert there.tobytes() == net.predict_proba(X).tobytes()


def test_importing_needs_no_safetensors():
    code = "import sys; from sklearn_deepmlp import load; print('safetensors' in sys.modules)"
    assert printed_by(code).strip() == "False"


def test_others_can_open_the_file(tmp_path):
    from safetensors.numpy import load_file

    net = classifier().fit(X, Y)
    net.save(tmp_path / "net.deepmlp")
    tensors = load_file(tmp_path / "net.deepmlp")
    np.testing.assert_array_equal(tensors["coefs_.0"], net.coefs_[0])


def test_arrays_of_a_loaded_network_are_its_own_and_writable(tmp_path):
    classifier().fit(X, Y).save(tmp_path / "net.deepmlp")
    loaded = load(tmp_path / "net.deepmlp")
    assert all(array.flags.writeable for array in loaded.coefs_ + loaded.intercepts_)


def test_custom_classes_are_loaded_where_they_are_trusted(tmp_path):
    net = OwnClassifier((3,), Softsign(2.0), init=Constant(0.1), max_iter=2).fit(X, Y)
    net.save(tmp_path / "net.deepmlp")
    loaded = load(tmp_path / "net.deepmlp", trusted=[Softsign, Constant, OwnClassifier])
    assert type(loaded) is OwnClassifier
    assert loaded.activation.steepness == 2.0
    np.testing.assert_array_equal(loaded.predict_proba(X), net.predict_proba(X))


@pytest.mark.parametrize("kind", [Softsign, Constant, OwnClassifier])
def test_custom_classes_are_refused_where_they_are_not_trusted(kind, tmp_path):
    OwnClassifier((3,), Softsign(), init=Constant(), max_iter=2).fit(X, Y).save(tmp_path / "net")
    others = {Softsign, Constant, OwnClassifier} - {kind}
    with pytest.raises(
        ValueError, match=rf"{kind.__name__}, which is not.*trusted=\[{kind.__name__}"
    ):
        load(tmp_path / "net", trusted=others)


def test_only_classes_can_be_trusted(tmp_path):
    with pytest.raises(TypeError, match="trusted must contain classes of activations"):
        load(tmp_path / "net", trusted=[Softsign()])


def test_metadata_requests_are_kept(tmp_path):
    with sklearn.config_context(enable_metadata_routing=True):
        net = classifier().set_fit_request(sample_weight=True, X_val="X_new")
        net.save(tmp_path / "net.deepmlp")
        loaded = load(tmp_path / "net.deepmlp")
    assert str(loaded.get_metadata_routing()) == str(net.get_metadata_routing())
    assert "X_new" in str(loaded.get_metadata_routing())


class Callback:
    def setup(self, estimator, context): ...

    def teardown(self, estimator, context): ...

    def on_fit_task_begin(self, estimator, context, **_): ...

    def on_fit_task_end(self, estimator, context, **_): ...


CYCLE = []
CYCLE.append(CYCLE)
UNSAVABLE = {
    "cycle": (lambda: classifier(class_weight={0: CYCLE}), "'class_weight' .*nested too deeply"),
    "scoring": (lambda: classifier(scoring=lambda net, X, y: 1.0), "parameter 'scoring'"),
    "object": (lambda: classifier(class_weight={0: object()}), "parameter 'class_weight'"),
    "array": (lambda: classifier(hidden_layer_sizes=np.array([{3}])), "'hidden_layer_sizes'"),
}


@pytest.mark.parametrize("kind", UNSAVABLE)
def test_what_cannot_be_saved_is_named_and_nothing_is_written(kind, tmp_path):
    make, words = UNSAVABLE[kind]
    with pytest.raises(TypeError, match=words):
        make().save(tmp_path / "net.deepmlp")
    assert not list(tmp_path.iterdir())


def test_callbacks_are_refused(tmp_path):
    pytest.importorskip("sklearn.callback", reason="came with scikit-learn 1.9")
    net = classifier().set_callbacks(Callback())
    with pytest.raises(TypeError, match="Callbacks cannot be saved"):
        net.save(tmp_path / "net.deepmlp")
    net.set_callbacks().save(tmp_path / "net.deepmlp")


def test_estimators_that_are_not_valid_are_not_saved(tmp_path):
    with pytest.raises(ValueError, match="'alpha' parameter"):
        classifier(alpha=-1).save(tmp_path / "net.deepmlp")
    net = classifier().fit(X, Y)
    net.coefs_[0] = net.coefs_[0][:, :2]
    with pytest.raises(ValueError, match="'coefs_' does not have the arrays"):
        net.save(tmp_path / "net.deepmlp")
    net = classifier().fit(X, Y)
    net.note = "mine"
    with pytest.raises(ValueError, match=r"not its own: .'note'"):
        net.save(tmp_path / "net.deepmlp")
    assert not list(tmp_path.iterdir())


def test_another_version_warns(tmp_path, monkeypatch):
    monkeypatch.setitem(
        sys.modules["sklearn_deepmlp._estimators.saving"]._VERSIONS, "sklearn_deepmlp", "0.0.7"
    )
    classifier().save(tmp_path / "net.deepmlp")
    with pytest.warns(InconsistentVersionWarning, match=r"DeepMLPClassifier from version 0\.0\.7"):
        load(tmp_path / "net.deepmlp")


def test_a_network_trained_on_cuda_predicts_without_it(tmp_path):
    net = classifier().fit(X, Y).set_params(device="cuda")
    net.save(tmp_path / "net.deepmlp")
    loaded = load(tmp_path / "net.deepmlp")
    assert loaded.device == "cuda"
    np.testing.assert_array_equal(loaded.predict_proba(X), net.predict_proba(X))


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_permissions_are_those_of_open_or_of_the_file_before(tmp_path):
    (tmp_path / "opened").touch()
    path = tmp_path / "net.deepmlp"
    classifier().save(path)
    assert path.stat().st_mode == (tmp_path / "opened").stat().st_mode
    path.chmod(0o640)
    classifier().save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_symbolic_links_are_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "net.deepmlp")
    classifier().save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert not (tmp_path / "net.deepmlp").is_symlink()
    load(tmp_path / "net.deepmlp")


def test_a_path_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        classifier().save(tmp_path / "nowhere" / "net.deepmlp")
    with pytest.raises(IsADirectoryError, match=tmp_path.name):
        classifier().save(tmp_path)
    assert not list(tmp_path.iterdir())
