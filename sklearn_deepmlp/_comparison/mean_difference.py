"""The difference between two candidates of a search, and its uncertainty from the splits.

Splits share training rows, so their scores are correlated and the variance of their mean is not
s²/J for J splits. Nadeau and Bengio (2003, "Inference for the generalization error", Machine
Learning 52) correct it to s² (1/J + n_test/n_train). Both the t-test and the Bayesian correlated
t-test of Benavoli, Corani, Demšar and Zaffalon (2017, "Time for a change: a tutorial for comparing
multiple classifiers through Bayesian analysis", JMLR 18(77)) are computed from the Student
distribution with this variance and J - 1 degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

PerPair = NDArray[np.float64]


@dataclass(frozen=True)
class MeanDifference:
    """Mean difference of each pair of candidates, with its corrected standard error.

    Attributes
    ----------
    mean : ndarray of shape (n_pairs,)
        Mean over the splits of the first candidate's score minus the second's.
    standard_error : ndarray of shape (n_pairs,)
        Corrected standard error of the mean.
    degrees_of_freedom : int
        Number of splits minus 1.
    """

    mean: PerPair
    standard_error: PerPair
    degrees_of_freedom: int

    @classmethod
    def of(cls, differences: NDArray[np.float64], ratio: float) -> MeanDifference:
        """Return the mean difference of each pair.

        Parameters
        ----------
        differences : ndarray of shape (n_pairs, n_splits)
            Differences of the scores.
        ratio : float
            n_test / n_train.
        """
        n_splits = differences.shape[1]
        variance = differences.var(axis=1, ddof=1)
        error = np.sqrt(variance * (1 / n_splits + ratio))
        return cls(differences.mean(axis=1), error, n_splits - 1)

    @property
    def statistic(self) -> PerPair:
        """Mean in standard errors; 0 where both are 0."""
        return _divided(self.mean, self.standard_error, undefined=0.0)

    @property
    def p_value(self) -> PerPair:
        """P-value of the two-sided test of equal expected scores."""
        return 2 * stats.t.sf(np.abs(self.statistic), self.degrees_of_freedom)

    def probability_above(self, limit: float) -> PerPair:
        """Return the posterior probability that the expected difference is greater than a limit."""
        return self._probability_positive(self.mean - limit)

    def probability_below(self, limit: float) -> PerPair:
        """Return the posterior probability that the expected difference is less than a limit."""
        return self._probability_positive(limit - self.mean)

    def _probability_positive(self, excess: PerPair) -> PerPair:
        standardized = _divided(excess, self.standard_error, undefined=-np.inf)
        return stats.t.cdf(standardized, self.degrees_of_freedom)


def _divided(numerator: PerPair, denominator: PerPair, undefined: float) -> PerPair:
    """Return the quotient, ±inf for a denominator of 0, and a given value for 0/0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = numerator / denominator
    return np.where(np.isnan(quotient), undefined, quotient)


def holm(p_values: PerPair) -> PerPair:
    """Return p-values adjusted by Holm's step-down method for the number of tests.

    Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6.

    Examples
    --------
    >>> holm(np.array([0.03, 0.01, 0.9]))
    array([0.06, 0.03, 0.9 ])
    """
    order = np.argsort(p_values)
    multiplied = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.maximum.accumulate(multiplied), 1.0)
    return adjusted
