"""What a comparison of the candidates of a search found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._comparison.mean_difference import PerPair
from sklearn_deepmlp._comparison.selection import LeftOut
from sklearn_deepmlp._compat.extras import import_extra
from sklearn_deepmlp._tables import TEXT_WIDTH, Table, in_one_format
from sklearn_deepmlp._text import counted, text_html, wrapped

# By whether a difference is detected, and whether it is most probably within the rope.
VERDICTS = {
    (True, False): "{0} is better than {1}",
    (True, True): "{0} is better than {1}, but practically equivalent",
    (False, True): "no detectable difference between {0} and {1}: practically equivalent",
    (False, False): "no detectable difference between {0} and {1}",
}
SHOWN = slice(50)  # longer tables are not read
_ALL = slice(None)


@dataclass(frozen=True, repr=False)
class CandidateComparison:
    """The candidates of a search, compared in pairs.

    Candidates are in the order of their mean scores, best first. The first of a pair is the one
    with the higher mean score.

    Attributes
    ----------
    candidates : list of str of length n_candidates
        The parameters in which the candidates differ.
    indices : ndarray of int of shape (n_candidates,)
        Their indices in `cv_results_`.
    scores : ndarray of shape (n_candidates, n_splits)
        Their test scores.
    pairs : ndarray of int of shape (n_pairs, 2)
        Positions in `candidates` of the first and second of each pair.
    difference : ndarray of shape (n_pairs,)
        Mean score of the first minus that of the second.
    statistic : ndarray of shape (n_pairs,)
        The difference in corrected standard errors.
    p_value : ndarray of shape (n_pairs,)
        P-value of the corrected resampled t-test, two-sided.
    p_adjusted : ndarray of shape (n_pairs,)
        The same, adjusted by Holm's method for the number of pairs.
    p_better, p_equivalent, p_worse : ndarray of shape (n_pairs,)
        Posterior probabilities that the expected score of the first is better than that of the
        second by more than `rope`, that the two differ by at most `rope`, and that the first is
        worse by more than `rope`.
    metric : str
        Name of the score.
    split_ratio : float
        n_test / n_train.
    rope : float
        Largest difference without practical importance.
    significance_level : float
        Differences with a smaller `p_adjusted` are detected.
    left_out : list of LeftOut
        Candidates that are not compared, and why.
    """

    candidates: list[str]
    indices: NDArray[np.intp]
    scores: NDArray[np.float64]
    pairs: NDArray[np.intp]
    difference: PerPair
    statistic: PerPair
    p_value: PerPair
    p_adjusted: PerPair
    p_better: PerPair
    p_equivalent: PerPair
    p_worse: PerPair
    metric: str
    split_ratio: float
    rope: float
    significance_level: float
    left_out: list[LeftOut]

    @property
    def verdicts(self) -> list[str]:
        """A sentence for each pair."""
        return self._verdicts(_ALL)

    def _detected(self) -> NDArray[np.bool_]:
        """Return for which pairs a difference is detected."""
        return self.p_adjusted < self.significance_level

    def _verdicts(self, part: slice | NDArray[np.intp]) -> list[str]:
        detected = self._detected()[part]
        equivalent = self.p_equivalent[part] > 1 - self.significance_level
        names = np.array(self.candidates, dtype=object)[self.pairs[part]]
        return [
            VERDICTS[bool(is_detected), bool(is_equivalent)].format(*pair)
            for is_detected, is_equivalent, pair in zip(detected, equivalent, names, strict=True)
        ]

    def to_frame(self) -> Any:
        """Return a pandas DataFrame with one row per pair.

        Returns
        -------
        pandas.DataFrame
            With the columns "first", "second", "difference", "statistic", "p_value", "p_adjusted",
            "p_better", "p_equivalent", "p_worse" and "verdict".

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        pandas = import_extra("pandas", "CandidateComparison.to_frame")
        names = [[self.candidates[position] for position in column] for column in self.pairs.T]
        numbers = ("difference", "statistic", "p_value", "p_adjusted")
        probabilities = ("p_better", "p_equivalent", "p_worse")
        columns = {name: getattr(self, name) for name in numbers + probabilities}
        return pandas.DataFrame(
            {"first": names[0], "second": names[1], **columns, "verdict": self.verdicts}
        )

    def __str__(self) -> str:
        remarks = [wrapped(remark, TEXT_WIDTH, others="  ") for remark in self._remarks()]
        tables = [table.as_text() for table in self._tables()]
        return "\n\n".join(["\n".join(self._headings()), *tables, *remarks])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        headings, remarks = map(text_html, self._headings()), map(text_html, self._remarks())
        return "".join([*headings, *(table.as_html() for table in self._tables()), *remarks])

    def _headings(self) -> list[str]:
        n_splits, n_pairs = self.scores.shape[1], counted(len(self.pairs), "pair")
        compared = (
            f"{counted(len(self.candidates), 'candidate')} compared in {n_pairs}: {self.metric} on "
            f"{n_splits} splits, n_test / n_train = {self.split_ratio:.3g}"
        )
        n_detected = int(self._detected().sum())
        differ = f"A difference is detected in {n_detected} of {n_pairs}"
        return [compared, differ] if len(self.pairs) else [compared]

    def _tables(self) -> list[Table]:
        return [self._table_of_candidates(), *([self._table_of_pairs()] if len(self.pairs) else [])]

    def _table_of_candidates(self) -> Table:
        scores = self.scores[SHOWN]
        means = in_one_format(scores.mean(axis=1), digits=4)
        stds = in_one_format(scores.std(axis=1, ddof=1), digits=3)
        rows = list(zip(self.candidates[SHOWN], means, stds, strict=True))
        return Table(("candidate", "mean", "std"), rows, left="candidate")

    def _table_of_pairs(self) -> Table:
        shown = np.argsort(~self._detected(), kind="stable")[SHOWN]
        probabilities = (self.p_better, self.p_equivalent, self.p_worse)
        columns = (
            in_one_format(self.difference[shown], digits=3),
            map(_p_text, self.p_adjusted[shown]),
            *([f"{p:.3f}" for p in column[shown]] for column in probabilities),
            self._verdicts(shown),
        )
        header = ("difference", "p (Holm)", "P(better)", "P(equivalent)", "P(worse)", "verdict")
        return Table(header, list(zip(*columns, strict=True)), left="verdict")

    def _remarks(self) -> list[str]:
        by_reason: dict[str, list[str]] = {}
        for one in self.left_out:
            by_reason.setdefault(one.reason, []).append(one.candidate)
        left_out = [f"Left out ({reason}): {'; '.join(by_reason[reason])}" for reason in by_reason]
        n_pairs = len(self.pairs[SHOWN.stop :])
        n_candidates = len(self.candidates[SHOWN.stop :])
        counts = f"{counted(n_candidates, 'candidate')} and " if n_candidates else ""
        counts += counted(n_pairs, "pair")
        return [*([f"Not shown: {counts}, see to_frame()"] if n_pairs else []), *left_out]


def _p_text(p_value: float) -> str:
    return "<0.001" if p_value < 0.001 else f"{p_value:.3f}"
