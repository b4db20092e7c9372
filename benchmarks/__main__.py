"""The command of the suite: ``python -m benchmarks``, or with the names of some parts."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from sklearn.exceptions import ConvergenceWarning

from benchmarks import (
    fit,
    floors,
    growth,
    predict,
    process,
    recording,
    report,
    sparse,
    threads,
    together,
    verdicts,
)
from benchmarks.effort import FULL, QUICK, Effort
from benchmarks.tables import Section

PARTS = {
    "fit": fit.measure,
    "predict": predict.measure,
    "sparse": sparse.measure,
    "process": process.measure,
    "growth": growth.measure,
    "together": together.measure,
    "floors": floors.measure,
    "threads": threads.measure,
    "recording": recording.measure,
    "verdicts": verdicts.measure,
}
ALL = "all"
DEFAULT_OUTPUT = Path(__file__).parent / "results"


def main() -> None:
    """Run the parts that the command line names; print and write the results."""
    arguments = _parser().parse_args()
    names = [name for name in PARTS if name in arguments.parts or ALL in arguments.parts]
    torch.set_num_threads(1)
    warnings.simplefilter("ignore", ConvergenceWarning)
    sections = _run(names, QUICK if arguments.quick else FULL)
    report.write(sections, _command(names, quick=arguments.quick), arguments.output)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=(
            "Time the estimators against scikit-learn, skorch and a bare torch loop; count wrong "
            "verdicts of diagnose."
        ),
    )
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, ALL], default=ALL, help="what to measure (all)"
    )
    parser.add_argument("--quick", action="store_true", help="few rounds; noisy")
    parser.add_argument(
        "--output", type=Path, default=DEFAULT_OUTPUT, help="where to write the results"
    )
    return parser


def _run(names: Sequence[str], effort: Effort) -> dict[str, Section]:
    sections = {}
    for name in names:
        sections[name] = PARTS[name](effort)
        for table in sections[name].tables:
            sys.stdout.write(f"{table.markdown()}\n")
        sys.stdout.flush()
    return sections


def _command(names: Sequence[str], *, quick: bool) -> str:
    parts = [] if len(names) == len(PARTS) else names
    return " ".join(["python -m benchmarks", *parts, *["--quick"] * quick])


if __name__ == "__main__":
    main()
