"""What a check has found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sklearn_deepmlp._diagnosis.text import paragraph


@dataclass(frozen=True)
class Evidence:
    """The evidence for a finding.

    Attributes
    ----------
    text : str
        The numbers, in a sentence.
    layer : int or None
        The layer that shows it most, counted from 1 for the first hidden layer; None if the finding
        is not about one layer.
    """

    text: str
    layer: int | None = None


@dataclass(frozen=True)
class Remedy:
    """What to do about a finding.

    Attributes
    ----------
    text : str
        In a sentence.
    params : mapping of str to Any
        The same as parameters for `set_params`; empty if it is not about parameters of the
        estimator.
    """

    text: str
    params: Mapping[str, Any] = field(default_factory=dict)


def change(what: str, params: Mapping[str, Any]) -> Remedy:
    """Return a remedy that changes parameters.

    Parameters
    ----------
    what : str
        What to do, without the parameters.
    params : mapping of str to Any
        The new parameters.

    Examples
    --------
    >>> change("Use the usual initialization", {"init": "auto", "learning_rate_init": 1e-3}).text
    'Use the usual initialization: init="auto", learning_rate_init=0.001.'
    """
    values = ", ".join(f"{name}={_shown(value)}" for name, value in params.items())
    return Remedy(f"{what}: {values}.", params)


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


@dataclass(frozen=True)
class Finding:
    """A reason why a network does not learn, or learns less than it could; it prints as text.

    Attributes
    ----------
    code : str
        Code of the check that found it, for example "DM01".
    title : str
        Its name.
    layer : int or None
        The layer that shows it most, counted from 1 for the first hidden layer; the output layer is
        the last one. None if the finding is not about one layer.
    evidence : str
        The numbers that were found.
    explanation : str
        What happens in the network.
    remedy : str
        What to do.
    params : mapping of str to Any
        The remedy as parameters for `set_params`; empty if it is not about parameters of the
        estimator.
    """

    code: str
    title: str
    layer: int | None
    evidence: str
    explanation: str
    remedy: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """Code, title and layer."""
        where = "" if self.layer is None else f", layer {self.layer}"
        return f"{self.code} {self.title}{where}"

    def __str__(self) -> str:
        return paragraph(self.heading, self.evidence, self.explanation, self._remedy())

    def short_text(self, addition: str) -> str:
        """Return the text without the explanation.

        Parameters
        ----------
        addition : str
            Text to append to the heading.

        Returns
        -------
        str
            Heading, evidence and remedy, in lines of at most 88 characters.
        """
        return paragraph(self.heading + addition, self.evidence, self._remedy())

    def _remedy(self) -> str:
        return f"Remedy: {self.remedy}"
