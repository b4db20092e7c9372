"""How far statistics of standard normal data deviate from their expectations by chance.

The fewer rows there are, the more the statistics deviate, and the wider the tolerated range must
be.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammainccinv, gammaincinv, ndtri

# Probability that one statistic, or any of several of a kind, lies outside its bound.
CHANCE = 2e-7
# Probability that a mean ever lies outside its bound, over any number of calls.
CHANCE_OF_ANY = 2e-5


def mean_deviation(n_values: int, n_means: int = 1) -> float:
    """Return how far the largest of some means of independent values may be from 0."""
    return float(-ndtri(CHANCE / (2 * n_means)) / np.sqrt(n_values))


def variance_range(
    n_values: int, degrees_of_freedom: int, n_variances: int = 1
) -> tuple[float, float]:
    """Return the range in which the smallest and the largest of some variances may lie.

    Parameters
    ----------
    n_values : int
        Divisor of a sum of squares.
    degrees_of_freedom : int
        Degrees of freedom of the chi-squared distribution of that sum; at least 1.
    n_variances : int
        How many independent variances there are.
    """
    half, chance = degrees_of_freedom / 2, CHANCE / (2 * n_variances)
    low, high = gammaincinv(half, chance), gammainccinv(half, chance)
    return float(2 * low / n_values), float(2 * high / n_values)


def any_mean_deviation(n_rows: int) -> float:
    """Return how far the mean of a growing number of rows may be from its expectation.

    It is exceeded at any number of rows with the probability `CHANCE_OF_ANY` at most, for rows
    that are sub-Gaussian with variance 1 (Howard, Ramdas, McAuliffe and Sekhon 2021, "Time-uniform,
    nonparametric, nonasymptotic confidence sequences", equation 2).
    """
    growth = np.log(np.log(2 * n_rows)) + 0.72 * np.log(10.4 / CHANCE_OF_ANY)
    return float(1.7 * np.sqrt(growth / n_rows))
