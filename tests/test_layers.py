"""A file imports only from below."""

import ast
from pathlib import Path

import pytest

import sklearn_deepmlp

ROOT = Path(sklearn_deepmlp.__file__).parent
# From the ground up, which is also an order to read in.
ORDER = """
    _version _sklearn _torch _threads _waits
    _activation activations initializers _losses _randomness
    _stack.job _stack.members _stack.noise _stack.layout _stack.training_pass _stack.dropout
    _stack.activation _stack.normalization _stack.tensors _stack.sparse_features _stack.linear
    _stack.forward _stack.rows _stack.effective_rows _stack.batches _stack.network _stack.loss
    _stack.penalties _stack.objective _stack.limits _stack.optimizers _stack.schedules
    _stack.stack _stack.threads _stack.prediction _stack.evaluation
    _training.stopping _training.loop _training.lbfgs _training.training
    _estimators.messages _estimators.naming _estimators.warning _estimators.versions
    _estimators.one_state _estimators.constraints _estimators.parameters
    _estimators.nested_parameters _estimators.named_objects _estimators.layer_sizes
    _estimators.resolve _estimators.conflicts
    _estimators.validation _estimators.targets _estimators.labels _estimators.regression_targets
    _estimators.target_scale _estimators.sample_weights _estimators.training_data
    _estimators.class_weights
    _estimators.violations _estimators.sampling_bounds _estimators.standardization
    _estimators.rows_seen _estimators.self_normalization
    _estimators.warm_start _estimators.devices _estimators.job
    _estimators.fitted_attributes _estimators.prediction
    _estimators.validation_split _estimators.scoring _estimators.scorers
    _estimators.early_stopping _estimators.training_job
    _estimators.reporting _estimators.epoch_callbacks _estimators.epoch_end
    _estimators.training_run _estimators.probabilities
    _estimators.parameter_docs _estimators.docstrings
    _estimators.base _estimators.classifier _estimators.regressor
    _together.report _together.reporting _together.blocks _together.train_group
    _together.equal_arrays
    _together.memory _together.tasks _together.admission _together.idleness
    _together.gathering _together.slots _together.threads _together.meeting
    _together.task_thread _together.serving _together.rendezvous _together.warning_filters
    _together.backend _together.remote _together.context
""".split()


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


FILES = [path for path in ROOT.rglob("*.py") if path.name != "__init__.py"]


def imported_modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_private_names_of_scikit_learn_stand_in_one_file(path):
    if module_name(path) == "_sklearn":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "sklearn":
            private = [alias.name for alias in node.names if alias.name.startswith("_")]
            assert not private
            assert not any(part.startswith("_") for part in node.module.split("."))


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_files_are_short(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = [
        node.body[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
    ]
    docstring_lines = sum(doc.end_lineno - doc.lineno + 1 for doc in docs)
    assert len(path.read_text(encoding="utf-8").splitlines()) - docstring_lines <= 300
