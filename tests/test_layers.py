"""A file imports only from below, and private names of other packages stand in one place."""

import ast
import re
from pathlib import Path

import pytest

import sklearn_deepmlp

ROOT = Path(sklearn_deepmlp.__file__).parent
# From the ground up, which is also an order to read in.
ORDER = """
    _version _compat.sklearn _compat.torch _compat.joblib _compat.fork _threads _waits
    activations.base activations.closed_form activations.linear activations.saturating
    activations.rectifiers activations.exponential activations.smooth activations
    initializers _losses _randomness
    _stack.job _stack.members _stack.noise _stack.layout _stack.training_pass _stack.dropout
    _stack.activation _stack.normalization _stack.tensors _stack.sparse_features _stack.linear
    _stack.forward _stack.rows _stack.effective_rows _stack.batches _stack.network _stack.loss
    _stack.penalties _stack.objective _stack.limits _stack.solvers _stack.optimizer _stack.schedules
    _stack.stack _stack.threads _stack.prediction _stack.evaluation
    _training.stopping _training.loop _training.lbfgs _training.training
    _estimators.messages _estimators.naming _estimators.warning _estimators.parameters
    _estimators.layer_sizes
    _estimators.pieces _estimators.devices _estimators.weights _estimators.class_weights
    _estimators.target_scale
    _estimators.targets
    _estimators.training_data
    _estimators.inputs _estimators.combinations _estimators.validation_split
    _estimators.sampling_bounds _estimators.standardization
    _estimators.self_normalization _estimators.continuing _estimators.job_making
    _estimators.reporting _estimators.epoch_callbacks _estimators.outcome _estimators.scoring
    _estimators.one_state _estimators.versions _estimators.base
    _estimators.classifier _estimators.regressor
    _together.report _together.blocks _together.rounds _together.equal_arrays
    _together.held_bytes _together.tasks _together.admission _together.idleness
    _together.gathering _together.slots _together.threads _together.door _together.warning_filters
    _together.backend _together.travelling _together.context
    __init__
""".split()


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


# Of packages, those whose __init__.py has more than a docstring.
FILES = [path for path in sorted(ROOT.rglob("*.py")) if len(parsed(path).body) > 1]


def imported_modules(path):
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names = [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "sklearn_deepmlp":
                yield name.removeprefix("sklearn_deepmlp").removeprefix(".")


def test_every_file_has_its_place():
    assert sorted(ORDER) == sorted(module_name(path) for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_come_from_below(path):
    below = ORDER[: ORDER.index(module_name(path))]
    assert set(imported_modules(path)) <= set(below)


OTHERS = {"joblib", "sklearn", "skorch", "torch"}
# Public by their spelling, but not promised.
UNPROMISED = {"joblib.parallel", "torch.ops"}


def imported_names(path):
    """Return what a file imports from other packages: the dotted origin of each local name."""
    origins = {}
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.split(".")[0]
                origins[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                origins[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return {local: origin for local, origin in origins.items() if origin.split(".")[0] in OTHERS}


def dotted(node):
    if isinstance(node, ast.Attribute):
        return [*dotted(node.value), node.attr]
    return [node.id] if isinstance(node, ast.Name) else [""]


def foreign_names(path):
    """Return the dotted names of other packages that a file imports or reads."""
    origins = imported_names(path)
    read = [dotted(node) for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)]
    chains = [".".join([origins[first], *rest]) for first, *rest in read if first in origins]
    return {*origins.values(), *chains}


def is_private(name):
    is_underscored = any(re.match("_(?!_)", part) for part in name.split("."))
    return is_underscored or any(f"{name}.".startswith(f"{other}.") for other in UNPROMISED)


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_private_names_of_other_packages_stand_in_compat(path):
    if not module_name(path).startswith("_compat."):
        assert not set(filter(is_private, foreign_names(path)))


def test_private_names_are_found():
    found = {name for path in FILES for name in foreign_names(path) if is_private(name)}
    assert found >= {
        "joblib.parallel.BatchedCalls",
        "sklearn.base._fit_context",
        "sklearn.utils._param_validation.StrOptions",
        "torch._fused_adam_",
        "torch.cuda._is_in_bad_fork",
        "torch.ops.aten",
    }


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_files_are_short(path):
    tree = parsed(path)
    docs = [
        node.body[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
    ]
    docstring_lines = sum(doc.end_lineno - doc.lineno + 1 for doc in docs)
    assert len(path.read_text(encoding="utf-8").splitlines()) - docstring_lines <= 300
