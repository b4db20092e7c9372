"""skops files: all types that they name are trusted, they hold no pickle, and keep every bit."""

import io
import json
import pickle
import pickletools
import zipfile

import numpy as np
import pytest
import skops.io
from contents import contents
from estimator_cases import CASES
from fitted_networks import X, Y
from programs import printed_by
from scipy.sparse import issparse
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skops.io.exceptions import UntrustedTypesFoundException

from sklearn_deepmlp import TRUSTED_TYPES, DeepMLPClassifier
from sklearn_deepmlp.activations import Activation

# What skops builds without calling anything that a file names: values, containers, arrays, objects
# by their attributes, and numpy's generators by their state.
PLAIN_NODES = {
    "DictNode", "JsonNode", "ListNode", "NdArrayNode", "ObjectNode", "RandomStateNode",
    "TupleNode", "TypeNode",
}  # fmt: skip
# Types as values stand for the keys of dictionaries.
TYPES_OF_KEYS = {"str", "int"}


class MyActivation(Activation):
    def function(self, z):
        return z.tanh()


def nodes(schema):
    """Yield all nodes of the tree that a skops file describes."""
    if isinstance(schema, dict):
        if "__loader__" in schema:
            yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from nodes(part)


def entries(data):
    """Return the entries of a skops file by name."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist()}


def is_pickle(content):
    """Tell whether bytes are a pickle from their start to its end."""
    try:
        return bool(list(pickletools.genops(content)))
    except (ValueError, IndexError, UnicodeDecodeError):
        return False


def plain(predictions):
    return predictions.toarray() if issparse(predictions) else predictions


@pytest.mark.parametrize("name", CASES)
def test_estimators_come_back_with_the_same_bits(name):
    net, features = CASES[name]()
    data = skops.io.dumps(net)
    assert set(skops.io.get_untrusted_types(data=data)) <= set(TRUSTED_TYPES)
    loaded = skops.io.loads(data, trusted=TRUSTED_TYPES)
    assert contents(loaded) == contents(net)
    predictions, expected = plain(loaded.predict(features)), plain(net.predict(features))
    np.testing.assert_array_equal(predictions, expected, strict=True)


@pytest.mark.parametrize("name", CASES)
def test_files_hold_values_and_arrays_and_no_pickle(name):
    files = entries(skops.io.dumps(CASES[name]()[0]))
    assert not [entry for entry, content in files.items() if is_pickle(content)]
    found = list(nodes(json.loads(files.pop("schema.json"))))
    assert {node["__loader__"] for node in found} <= PLAIN_NODES
    named = {node["__class__"] for node in found if node["__loader__"] == "TypeNode"}
    assert named <= TYPES_OF_KEYS
    for entry, content in files.items():
        assert entry.endswith(".npy")
        np.load(io.BytesIO(content), allow_pickle=False)  # refuses arrays of objects


def test_the_search_for_pickles_finds_one():
    net, _ = CASES["float32"]()
    assert is_pickle(pickle.dumps(net))
    assert is_pickle(pickle.dumps(net, protocol=0))
    archive = io.BytesIO()
    np.save(archive, np.array([net]), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        np.load(io.BytesIO(archive.getvalue()), allow_pickle=False)


def test_pipelines_need_no_further_trust():
    pipeline = make_pipeline(StandardScaler(), DeepMLPClassifier((4,), max_iter=2)).fit(X, Y)
    loaded = skops.io.loads(skops.io.dumps(pipeline), trusted=TRUSTED_TYPES)
    np.testing.assert_array_equal(loaded.predict_proba(X), pipeline.predict_proba(X), strict=True)


def test_a_loaded_estimator_resumes_its_training_with_the_same_bits():
    net, _ = CASES["partial_fit, adam"]()
    loaded = skops.io.loads(skops.io.dumps(net), trusted=TRUSTED_TYPES)
    assert contents(loaded.partial_fit(X, Y)) == contents(net.partial_fit(X, Y))


def test_custom_activations_need_trust_of_their_own():
    net = DeepMLPClassifier((4,), MyActivation(), max_iter=2, random_state=0).fit(X, Y)
    data = skops.io.dumps(net)
    mine = f"{__name__}.MyActivation"
    with pytest.raises(UntrustedTypesFoundException, match="MyActivation"):
        skops.io.loads(data, trusted=TRUSTED_TYPES)
    loaded = skops.io.loads(data, trusted=[*TRUSTED_TYPES, mine])
    np.testing.assert_array_equal(loaded.predict_proba(X), net.predict_proba(X), strict=True)


def test_trusted_types_are_those_of_fitted_estimators_and_none_besides():
    held = set()
    for case in CASES.values():
        held.update(skops.io.get_untrusted_types(data=skops.io.dumps(case()[0])))
    assert sorted(held) == TRUSTED_TYPES


def test_trusted_types_are_known_without_skops():
    printed_by(
        "import sys; from sklearn_deepmlp import TRUSTED_TYPES; assert 'skops' not in sys.modules"
    )


def test_a_file_of_another_version_warns(monkeypatch):
    net, _ = CASES["float32"]()
    monkeypatch.setattr("sklearn_deepmlp._estimators.versions.__version__", "0.0.7")
    data = skops.io.dumps(net)
    monkeypatch.undo()
    with pytest.warns(InconsistentVersionWarning, match=r"from version 0\.0\.7"):
        skops.io.loads(data, trusted=TRUSTED_TYPES)
