"""The findings about the candidates of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn_deepmlp._diagnosis.checks import causes_first
from sklearn_deepmlp._diagnosis.diagnosis import Diagnosis, diagnosis_of
from sklearn_deepmlp._diagnosis.finding import Finding
from sklearn_deepmlp._diagnosis.html import finding_html, section_html
from sklearn_deepmlp._diagnosis.text import counted_or_no, one_line
from sklearn_deepmlp._estimators.fit_record import FitRecord
from sklearn_deepmlp._text import counted, text_html


@dataclass(frozen=True)
class CandidateFinding:
    """A finding in some splits of a candidate.

    Attributes
    ----------
    finding : Finding
        That of the first split in which it was found.
    n_splits : int
        In how many splits it was found.
    """

    finding: Finding
    n_splits: int


@dataclass(frozen=True)
class CandidateDiagnosis:
    """The findings about one candidate of a search.

    Attributes
    ----------
    params : mapping of str to Any
        The candidate's parameters, as the search sets them.
    splits : tuple of tuple of Diagnosis
        For each split its fits: one, several for an ensemble, or none if it failed before training.
    """

    params: Mapping[str, Any]
    splits: tuple[tuple[Diagnosis, ...], ...]

    @property
    def findings(self) -> tuple[CandidateFinding, ...]:
        """What was found, in the order of the findings about a fit."""
        first: dict[str, Finding] = {}
        counts: dict[str, int] = {}
        for split in self.splits:
            found = {finding.code: finding for fit in split for finding in fit.findings}
            for code, finding in found.items():
                first.setdefault(code, finding)
                counts[code] = counts.get(code, 0) + 1
        return tuple(CandidateFinding(first[code], counts[code]) for code in causes_first(first))

    def __str__(self) -> str:
        texts = [one.finding.short_text(self._where(one)) for one in self.findings]
        return "\n".join([self._title(), *texts])

    def to_html(self) -> str:
        """Return the findings as HTML.

        Returns
        -------
        str
            A ``div`` element.
        """
        parts = [finding_html(one.finding, self._where(one)) for one in self.findings]
        return section_html(self._title(), *parts)

    def _repr_html_(self) -> str:
        return self.to_html()

    def _where(self, one: CandidateFinding) -> str:
        return f" (in {one.n_splits} of {counted(len(self.splits), 'split')})"

    def _title(self) -> str:
        found = (
            counted_or_no(len(self.findings), "finding") if any(self.splits) else "no fit is known"
        )
        return f"{_values(self.params)}: {found}"


@dataclass(frozen=True)
class SearchDiagnosis:
    """The findings about a search. It prints as text and shows as HTML in a notebook.

    Attributes
    ----------
    candidates : tuple of CandidateDiagnosis
        In the order of the search's ``cv_results_``.
    """

    candidates: tuple[CandidateDiagnosis, ...]

    def __str__(self) -> str:
        found = map(str, self._with_findings())
        return "\n\n".join([self._title(), *found, *self._others()])

    def _repr_html_(self) -> str:
        found = (each.to_html() for each in self._with_findings())
        return section_html(self._title(), *found, *map(text_html, self._others()))

    def _title(self) -> str:
        n_found = len(self._with_findings())
        return f"Findings for {n_found} of {counted(len(self.candidates), 'candidate')}"

    def _with_findings(self) -> list[CandidateDiagnosis]:
        return [each for each in self.candidates if each.findings]

    def _others(self) -> list[str]:
        """Return a line for the candidates without findings, and one for those without fits."""
        others = [each for each in self.candidates if not each.findings]
        healthy = [_values(each.params) for each in others if any(each.splits)]
        unknown = [_values(each.params) for each in others if not any(each.splits)]
        return [
            one_line(f"{what} {counted(len(names), 'candidate')}: {'; '.join(names)}")
            for what, names in (("No findings for", healthy), ("No fit is known of", unknown))
            if names
        ]


def _values(params: Mapping[str, Any]) -> str:
    values = ", ".join(f"{name}={value!r}" for name, value in params.items())
    return values or "default parameters"


def search_diagnosis(
    candidates: Sequence[tuple[Mapping[str, Any], Sequence[Sequence[FitRecord]]]],
) -> SearchDiagnosis:
    """Run all checks on the fits of a search.

    Parameters
    ----------
    candidates : sequence of (dict, sequence of sequence of FitRecord)
        For each candidate its parameters and, for each split, what is known of its fits.
    """
    return SearchDiagnosis(
        tuple(
            CandidateDiagnosis(params, tuple(tuple(map(diagnosis_of, fits)) for fits in splits))
            for params, splits in candidates
        )
    )
