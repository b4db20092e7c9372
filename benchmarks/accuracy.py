"""Errors on held-out rows of data sets in a folder, of networks and of other models.

``python -m benchmarks.accuracy FOLDER`` reads ``FOLDER/cls/*.npz`` and ``FOLDER/reg/*.npz``
(see `benchmarks.held_out`) and prints the tables of ``docs/about/accuracy.md``. Every result is
appended to a file at once, and a second run computes only what that file lacks.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.accuracy_tables import Result, tables
from benchmarks.held_out import DataSet, read
from benchmarks.recipes import RECIPES, Recipe
from sklearn_deepmlp import fit_together

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Fit what the file of results lacks, and print the tables."""
    arguments = _parser().parse_args()
    warnings.simplefilter("ignore")  # some networks stop at their last epoch
    path = arguments.results or RESULTS / f"accuracy_{arguments.most_rows}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = _known(path)
    with threadpool_limits(1), path.open("a", encoding="utf-8") as file:
        for result in _missing(arguments, {result.key for result in known}):
            file.write(json.dumps(asdict(result)) + "\n")
            file.flush()
            known.append(result)
    for kind in arguments.kind:
        recipes = RECIPES[arguments.group][kind]
        shown = [name for name in recipes if name not in arguments.leave_out]
        for table in tables(kind, shown, known):
            sys.stdout.write(f"{table.markdown()}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("folder", type=Path, help="where cls/*.npz and reg/*.npz are")
    parser.add_argument("--group", choices=list(RECIPES), default="models", help="what to compare")
    parser.add_argument("--kind", choices=["cls", "reg"], nargs="*", default=["cls", "reg"])
    parser.add_argument("--leave-out", nargs="*", default=[], help="recipes, by name (none)")
    parser.add_argument("--splits", type=int, default=1, help="splits of each set (1)")
    parser.add_argument("--most-features", type=int, default=500, help="leave out wider sets (500)")
    parser.add_argument("--most-rows", type=int, default=2000, help="rows to train on (2000)")
    parser.add_argument(
        "--results", type=Path, help="the file of results (a file for each number of rows)"
    )
    return parser


def _known(path: Path) -> list[Result]:
    if not path.exists():
        return []
    return [Result(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _missing(arguments: argparse.Namespace, known: set[tuple[Any, ...]]) -> Iterator[Result]:
    for split in range(arguments.splits):
        for kind in arguments.kind:
            recipes = RECIPES[arguments.group][kind]
            folder = arguments.folder / kind
            for data in read(folder, arguments.most_features, arguments.most_rows):
                for name in recipes:
                    key = kind, data.name, split, name
                    if key not in known and name not in arguments.leave_out:
                        yield _result(kind, data, split, name, recipes[name])


def _result(kind: str, data: DataSet, split: int, name: str, recipe: Recipe) -> Result:
    train, test = data.split(split)
    start = process_time()
    with fit_together(n_jobs=1) if recipe.is_together else nullcontext():
        model = recipe.make(split).fit(data.X[train], data.y[train])
    seconds = process_time() - start
    predicted = model.predict(data.X[test])
    if kind == "cls":
        score = np.mean(predicted == data.y[test])
    else:
        rmse = np.sqrt(np.mean(np.square(predicted - data.y[test])))
        score = rmse / np.std(data.y[train])
    return Result(kind, data.name, split, name, float(score), seconds, len(train), len(test))


if __name__ == "__main__":
    main()
