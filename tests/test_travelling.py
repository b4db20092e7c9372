"""A Pipeline of a ColumnTransformer and a network predicts the same wherever it is loaded."""

import numpy as np
import pytest
from formats import FORMATS, OWN_FORMATS
from travels import fitted_pipeline, predicted_where_loaded


@pytest.fixture(scope="module")
def fitted():
    return fitted_pipeline()


def check(form, fitted, folder):
    """Save a pipeline, and compare what it predicts here and where it is loaded."""
    pipeline, X = fitted
    form.save(pipeline, folder, X)
    there = predicted_where_loaded(form.load, folder, X)
    expected = pipeline.predict_proba(X)
    np.testing.assert_allclose(there, expected, rtol=0, atol=form.tolerance)


@pytest.mark.parametrize(
    "name", sorted(FORMATS.keys() - {"mlflow"})
)  # which tests/test_mlflow.py tests
def test_a_pipeline_predicts_the_same_in_a_fresh_process(name, fitted, tmp_path):
    check(FORMATS[name], fitted, tmp_path)


@pytest.mark.skip(reason="needs save, load and the converters to ONNX")
@pytest.mark.parametrize("name", OWN_FORMATS)
def test_a_pipeline_predicts_the_same_in_a_format_of_the_package(name, fitted, tmp_path):
    check(OWN_FORMATS[name], fitted, tmp_path)
