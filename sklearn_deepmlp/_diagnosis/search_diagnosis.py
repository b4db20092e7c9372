"""What the checks say of the candidates of a search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn_deepmlp._diagnosis.diagnosis import Diagnosis, diagnosis_of
from sklearn_deepmlp._diagnosis.finding import Finding
from sklearn_deepmlp._diagnosis.html import finding_html, section_html
from sklearn_deepmlp._diagnosis.text import counted, finding_text
from sklearn_deepmlp._estimators.fit_record import FitRecord


@dataclass(frozen=True)
class CandidateDiagnosis:
    """What the checks say of one candidate of a search.

    Attributes
    ----------
    params : mapping of str to Any
        The candidate's parameters, as the search sets them.
    splits : tuple of Diagnosis or None
        One per split; None where nothing is known of the fit.
    """

    params: Mapping[str, Any]
    splits: tuple[Diagnosis | None, ...]

    @property
    def findings(self) -> list[tuple[Finding, int]]:
        """What was found, with the number of splits; the finding is that of the first of them."""
        first: dict[str, Finding] = {}
        counts: dict[str, int] = {}
        for finding in self._all_findings():
            first.setdefault(finding.code, finding)
            counts[finding.code] = counts.get(finding.code, 0) + 1
        return [(first[code], counts[code]) for code in sorted(first)]

    @property
    def n_known(self) -> int:
        """Number of splits whose fits are known."""
        return sum(split is not None for split in self.splits)

    def _all_findings(self) -> Iterator[Finding]:
        for split in self.splits:
            if split is not None:
                yield from split.findings

    def __str__(self) -> str:
        return "\n".join([self._title(), *(finding_text(*each) for each in self._counted())])

    def _repr_html_(self) -> str:
        return section_html(self._title(), *(finding_html(*each) for each in self._counted()))

    def _title(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{values or 'default parameters'}: {self._summary()}"

    def _summary(self) -> str:
        if self.n_known == 0:
            return "not recorded"
        return f"{counted(len(self.findings), 'finding')} in {counted(self.n_known, 'split')}"

    def _counted(self) -> list[tuple[Finding, str]]:
        return [(finding, f" (in {n} of {self.n_known} splits)") for finding, n in self.findings]


@dataclass(frozen=True)
class SearchDiagnosis:
    """What the checks say of a search. It prints as text and shows as HTML in a notebook.

    Attributes
    ----------
    candidates : tuple of CandidateDiagnosis
        In the order of the search's ``cv_results_``.
    """

    candidates: tuple[CandidateDiagnosis, ...]

    def __str__(self) -> str:
        return "\n\n".join([self._title(), *map(str, self.candidates)])

    def _repr_html_(self) -> str:
        return section_html(self._title(), *(one._repr_html_() for one in self.candidates))

    def _title(self) -> str:
        n_found = sum(bool(candidate.findings) for candidate in self.candidates)
        return f"Findings for {n_found} of {counted(len(self.candidates), 'candidate')}"


def search_diagnosis(
    candidates: Sequence[tuple[Mapping[str, Any], Sequence[FitRecord | None]]],
) -> SearchDiagnosis:
    """Run all checks on the fits of a search.

    Parameters
    ----------
    candidates : sequence of (dict, sequence of FitRecord or None)
        For each candidate its parameters and what is known of its fits, one per split.
    """
    return SearchDiagnosis(
        tuple(
            CandidateDiagnosis(
                params, tuple(None if one is None else diagnosis_of(one) for one in records)
            )
            for params, records in candidates
        )
    )
