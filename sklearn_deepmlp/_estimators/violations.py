"""Violated conditions of self-normalization, as messages describe them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scipy.sparse import issparse

_REMEDY_FOR_SPARSE_X = (
    "Make X dense and standardize all features: sparse data cannot be centered. In a Pipeline, "
    "OneHotEncoder(sparse_output=False) or a FunctionTransformer that calls toarray(), then "
    "StandardScaler."
)


@dataclass(frozen=True)
class Violation:
    """A violated condition: what was found, and what to do."""

    finding: str
    remedy: str


def not_standardized(X: Any, findings: list[str], remedy_if_dense: str) -> list[Violation]:
    """Return one violation for all findings about X; none without findings."""
    if not findings:
        return []
    remedy = _REMEDY_FOR_SPARSE_X if issparse(X) else remedy_if_dense
    return [Violation(f"X is not standardized: {'; '.join(findings)}", remedy)]
