"""A Pipeline of a ColumnTransformer and a network predicts the same wherever it is loaded."""

import numpy as np
import pytest
from formats import FORMATS
from travels import SKOPS_TAKES_COLUMNS, fitted_pipeline, predicted_where_loaded


@pytest.fixture(scope="module")
def fitted():
    return fitted_pipeline()


@pytest.mark.parametrize(
    "name", sorted(FORMATS.keys() - {"mlflow"})
)  # which has a module of its own
def test_a_pipeline_predicts_the_same_in_a_fresh_process(name, fitted, tmp_path):
    if name in {"files", "skops"} and not SKOPS_TAKES_COLUMNS:
        pytest.skip("this scikit-learn's ColumnTransformer needs more trust")
    (pipeline, X), form = fitted, FORMATS[name]
    form.save(pipeline, tmp_path, X)
    there = predicted_where_loaded(form.load, tmp_path, X)
    expected = pipeline.predict_proba(X)
    np.testing.assert_allclose(there, expected, rtol=0, atol=form.tolerance)
