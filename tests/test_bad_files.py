"""Files that are damaged or made up are refused, with one type of error, and cheaply."""

import io
import json
import pickle
import re
from pathlib import Path

import joblib
import numpy as np
import pytest
from fitted_networks import X, Y
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import printed_by
from saved_files import file_of, parts_of, with_digest

from sklearn_deepmlp import DeepMLPClassifier, load

NET = DeepMLPClassifier((3, 2), "prelu", normalization="batch", max_iter=2, random_state=0)
NET.partial_fit(X, Y, classes=[0, 1, 2])


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "net.deepmlp"
    NET.save(path)
    return path.read_bytes()


@pytest.fixture
def refuses(tmp_path):
    """Return a function that checks that a file is refused, with its path in the message."""
    path = tmp_path / "bad.deepmlp"

    def check(data, match=""):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=re.escape(str(path)) + f".*{match}"):
            load(path)

    return check


def test_the_helper_of_these_tests_makes_files_that_load(saved, tmp_path):
    path = tmp_path / "net.deepmlp"
    path.write_bytes(file_of(*parts_of(saved)))
    np.testing.assert_array_equal(load(path).predict_proba(X), NET.predict_proba(X))


def test_each_flipped_bit_is_found(saved, refuses):
    positions = np.random.default_rng(0).choice(8 * len(saved), 1000, replace=False).tolist()
    for position in [*range(64), *positions]:
        flipped = bytearray(saved)
        flipped[position // 8] ^= 1 << position % 8
        refuses(bytes(flipped))


def test_truncated_files_are_found(saved, refuses):
    for length in np.random.default_rng(0).choice(len(saved), 200, replace=False):
        refuses(saved[:length])
    refuses(saved[:-1], "damaged: it has been truncated")
    refuses(saved[:30], "only its beginning is left")


def test_trailing_bytes_are_found(saved, refuses):
    for more in (b"\0", b"\n", saved):
        refuses(saved + more, "damaged")
        refuses(with_digest(saved + more), "not valid")


def joblib_file(compress):
    stream = io.BytesIO()
    joblib.dump(NET, stream, compress=compress)
    return stream.getvalue()


FOREIGN = {
    "empty": (lambda: b"", "is empty"),
    "pickle": (lambda: pickle.dumps(NET), "is a pickle.*runs the code"),
    "pickle of protocol 0": (lambda: pickle.dumps(NET, 0), "is a pickle"),
    "joblib": (lambda: joblib_file(0), "is a pickle"),
    "compressed": (lambda: joblib_file(3), "is compressed"),
    "gzip": (lambda: joblib_file(("gzip", 3)), "is compressed"),
    "zip": (lambda: b"PK\x03\x04" + bytes(100), "is a zip archive"),
    "safetensors": (lambda: b"\x10" + bytes(7) + b'{"a":{}}' + b" " * 8, "of something else"),
    "text": (lambda: b"hello, this is no network at all", "format is unknown"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_other_formats_are_named(kind, refuses):
    make, words = FOREIGN[kind]
    refuses(make(), f"not a file of sklearn_deepmlp.*{words}")


def test_newer_formats_are_named(saved, refuses):
    newer = saved.replace(b'"sklearn_deepmlp":"1 ', b'"sklearn_deepmlp":"2 ', 1)
    refuses(newer, "format 2 .*newer version")


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load(tmp_path / "nowhere")


def changed(saved, change):
    """Return a file with a right digest, in whose parts something has been changed."""
    tensors, content, body = parts_of(saved)
    change(tensors, content)
    return file_of(tensors, content, body)


def put(value, *place):
    """Return a function that puts a value at a place of the JSON of an estimator."""

    def change(tensors, content):
        for key in place[:-1]:
            content = content[key]
        content[place[-1]] = value

    return change


def remove(*place):
    def change(tensors, content):
        for key in place[:-1]:
            content = content[key]
        del content[place[-1]]

    return change


NESTED = 0.5
for _ in range(500):
    NESTED = [NESTED]
CHANGES = {
    "unknown part": (put(1, "more"), "does not have the parts"),
    "missing part": (remove("fitted"), "does not have the parts"),
    "unknown class": (put("Network", "class"), "class 'Network'"),
    "foreign class": (put("os.system", "class"), r"os\.system, which is not.*trusted=\[system\]"),
    "no class": (put(1, "class"), "class 1"),
    "unknown parameter": (put(1, "params", "layers"), "does not have: .'layers'"),
    "bad parameter": (put(-1, "params", "alpha"), "'alpha' parameter"),
    "unknown attribute": (put(1, "fitted", "more_"), "not its own: .'more_'"),
    "a method": (put(1, "fitted", "predict"), "'predict'. cannot be attributes"),
    "a parameter as attribute": (put(1, "fitted", "alpha"), "'alpha'. cannot be attributes"),
    "missing attribute": (remove("fitted", "t_"), "'t_'., which are missing"),
    "tag": (put({"code": "print()"}, "params", "alpha"), "unknown kind 'code'"),
    "two tags": (put({"float": "inf", "tuple": []}, "params", "tol"), "not one tag"),
    "foreign object": (put({"object": ["os.system", {}]}, "params", "init"), r"os\.system"),
    "own class elsewhere": (put({"object": ["Normal", {}]}, "params", "activation"), "activation"),
    "unknown state": (put({"object": ["Normal", {"a": 1}]}, "params", "init"), "not have: .'a'"),
    "bad state": (put({"object": ["Normal", {"std": -1}]}, "params", "init"), "'std'"),
    "Signals": (put({"object": ["Signals", {}]}, "fitted", "signals_"), "Signals has"),
    "missing tensor": (put({"array": "none"}, "fitted", "loss_"), "no tensor 'none'"),
    "unused tensor": (put([], "fitted", "coefs_"), "nothing refers to"),
    "tensor used twice": (put({"array": "coefs_.0"}, "fitted", "_scoring"), "no tensor 'coefs_.0'"),
    "object array": (put({"object_array": [[1]]}, "fitted", "loss_"), "not plain"),
    "features": (put(5, "fitted", "n_features_in_"), "has 4 features"),
    "outputs": (put(2, "fitted", "n_outputs_"), "3 outputs"),
    "layers": (put(3, "fitted", "n_layers_"), "'n_layers_' must be 4"),
    "activation": (put({"object": ["ReLU", {}]}, "fitted", "activation_"), "'activation_params_'"),
    "output activation": (put("logistic", "fitted", "out_activation_"), "'classes_'"),
    "sparse format": (put("linalg", "fitted", "_sparse_format"), "'_sparse_format'"),
    "nesting": (put(NESTED, "params", "class_weight"), "class_weight|nested"),
    "infinity": (put("1e999", "fitted", "loss_"), "'loss_'"),
    "version": (put(1, "versions", "sklearn_deepmlp"), "which version"),
    "requests": (put({"fit": {"more": True}}, "requests"), "requests metadata"),
    "random state": (
        put({"random_state": {"dict": [["pos", 10**6]]}}, "params", "random_state"),
        "state of a random generator",
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_no_estimator_has_is_refused(kind, saved, refuses):
    change, words = CHANGES[kind]
    refuses(changed(saved, change), words)


def test_text_that_is_no_plain_json_is_refused(saved, refuses):
    tensors, content, body = parts_of(saved)
    text = json.dumps(content)
    refuses(file_of(tensors, "[" * 100_000, body), "nested|not valid")
    refuses(file_of(tensors, text.replace('"class"', '"class": 1, "class"', 1), body), "twice")
    refuses(file_of(tensors, text.replace('"t_": 150', '"t_": NaN', 1), body), "contains NaN")
    refuses(file_of(tensors, text.replace('"t_": 150', '"t_": 1e999', 1), body), "too large")
    refuses(file_of(tensors, text[:-1], body))


def test_a_state_of_a_random_generator_outside_of_its_range_is_refused(tmp_path, refuses):
    DeepMLPClassifier(random_state=np.random.RandomState(0)).save(tmp_path / "net")
    data = (tmp_path / "net").read_bytes()
    refuses(with_digest(data.replace(b'\\"pos\\",624', b'\\"pos\\",625')), "random generator")


HUGE = {
    "elements": (
        "tensors['coefs_.0'].update(shape=[10**9, 10**9])\ndata = file_of(tensors, content, body)\n"
    ),
    "offsets": (
        "tensors['coefs_.0'].update(shape=[10**9, 10**9], data_offsets=[0, 8 * 10**18])\n"
        "data = file_of(tensors, content, body)\n"
    ),
    "header": "data = with_digest((2**63).to_bytes(8, 'little') + data[8:])\n",
    "nesting": "data = file_of(tensors, '[' * 10**6, body)\n",
    "text": (
        "content['fitted']['classes_'] = {'text_array': 'coefs_.0'}\n"
        "tensors['coefs_.0'].update(dtype='U32', shape=[0, 2**40], data_offsets=[0, 0])\n"
        "data = file_of(tensors, content, body)\n"
    ),
}


def test_memory_is_bounded_by_the_size_of_the_file(saved, tmp_path):
    (tmp_path / "net").write_bytes(saved)
    peaks = printed_by(
        "import sys, tracemalloc\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from saved_files import file_of, parts_of, with_digest\n"
        "from sklearn_deepmlp import load\n"
        "load('net')\n"
        "saved = open('net', 'rb').read()\n"
        f"for change in {list(HUGE.values())!r}:\n"
        "    data = saved\n"
        "    tensors, content, body = parts_of(data)\n"
        "    exec(change)\n"
        "    open('bad', 'wb').write(data)\n"
        "    tracemalloc.start()\n"
        "    try:\n"
        "        load('bad')\n"
        "    except ValueError:\n"
        "        print(tracemalloc.get_traced_memory()[1])\n"
        "    tracemalloc.stop()\n",
        cwd=tmp_path,
    ).split()
    assert len(peaks) == len(HUGE)
    assert max(map(int, peaks)) < 50e6


def places_in(content, place=()):
    """Return all places of JSON."""
    inner = content.items() if isinstance(content, dict) else enumerate(content)
    places = []
    for key, value in inner:
        places.append((*place, key))
        if isinstance(value, dict | list):
            places += places_in(value, (*place, key))
    return places


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "relu", "array", "coefs_.0", "inf", "csr_array", "softmax", "F64", "U32"]),
    st.text(max_size=3),
)
TAGS = ["float", "tuple", "dict", "text", "scalar", "array", "text_array", "object_array", "object"]
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*TAGS, "random_state", "more"]), inner, max_size=2),
    ),
    max_leaves=5,
)


@settings(deadline=None, derandomize=True)
@given(data=st.data())
def test_made_up_files_are_refused_or_predict(data, saved, tmp_path_factory):
    tensors, content, body = parts_of(saved)
    parts = {"content": content, "tensors": tensors}
    for _ in range(data.draw(st.integers(1, 2))):
        *place, last = data.draw(st.sampled_from(places_in(parts)[2:]))
        inner = parts
        for key in place:
            inner = inner[key]
        if data.draw(st.booleans()):
            inner[last] = data.draw(VALUES)
        else:
            del inner[last]
    path = tmp_path_factory.mktemp("made_up") / "net"
    path.write_bytes(file_of(parts["tensors"], parts["content"], body))
    try:
        net = load(path)
        assert not hasattr(net, "coefs_") or np.isfinite(net.predict_proba(X)).all()
    except ValueError as error:
        assert str(error)  # noqa: PT017 - both outcomes are right
