"""Whether fitted networks are the same as before, bit for bit.

``OMP_NUM_THREADS=1 python -m benchmarks.same_bits save FOLDER`` trains many small networks, which
together use all that the estimators offer, and writes the numbers of each into a file.
``compare FOLDER`` trains them again and prints what differs; it ends with 1 where a difference is
more than rounding. The CPU trains, on one thread: other threads and machines round differently.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from benchmarks.fitted_arrays import Array, Arrays, group
from benchmarks.joint_cases import JOINT_CASES, JointCase
from benchmarks.single_case import SingleCase
from benchmarks.single_cases import SINGLE_CASES

CASES: dict[str, SingleCase | JointCase] = {**SINGLE_CASES, **JOINT_CASES}
# Largest difference that counts as rounding, relative to the largest number of an attribute.
ROUNDING = {"float32": 1e-5, "float64": 1e-12}


def main() -> None:
    """Save the numbers of all networks, or compare them with saved ones."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_bits", description=__doc__)
    parser.add_argument("action", choices=["save", "compare"])
    parser.add_argument("folder", type=Path, help="where the files are")
    parser.add_argument("--only", default="", help="a part of the names of the networks to train")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # most stop at their last epoch
    cases = {name: case for name, case in CASES.items() if arguments.only in name}
    start = perf_counter()
    if arguments.action == "save":
        _save(cases, arguments.folder)
        n_different = 0
    else:
        n_different = _compare(cases, arguments.folder)
    sys.stdout.write(f"{len(cases)} cases in {perf_counter() - start:.0f} s\n")
    sys.exit(n_different > 0)


def _save(cases: Mapping[str, SingleCase | JointCase], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, case in cases.items():
        arrays: dict[str, Any] = {**case.arrays()}
        np.savez(_path(folder, name), **arrays)


def _compare(cases: Mapping[str, SingleCase | JointCase], folder: Path) -> int:
    """Print a line for each case; return how many differ by more than rounding."""
    n_same, n_different = 0, 0
    for name, case in cases.items():
        differences = _differences(_load(folder, name), case.arrays())
        bound = ROUNDING["float32" if "float32" in name else "float64"]
        is_different = any(not value <= bound for value in differences.values())
        n_same += not differences
        n_different += is_different
        sys.stdout.write(f"{name}: {_told(differences, is_different=is_different)}\n")
    sys.stdout.write(
        f"{n_same} same bits, {len(cases) - n_same - n_different} rounded otherwise, "
        f"{n_different} different\n"
    )
    return n_different


def _load(folder: Path, name: str) -> Arrays:
    """Return the saved numbers of a case, or none if it was not saved."""
    path = _path(folder, name)
    if not path.exists():
        return {}
    with np.load(path) as file:
        return dict(file)


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name.replace(' ', '_')}.npz"


def _told(differences: Mapping[str, float], *, is_different: bool) -> str:
    if not differences:
        return "same bits"
    figures = ", ".join(f"{name} {value:.1e}" for name, value in differences.items())
    return f"{'DIFFERENT' if is_different else 'rounded otherwise'}: {figures}"


def _differences(before: Arrays, after: Arrays) -> dict[str, float]:
    """Return the largest relative difference of each attribute whose bits differ."""
    found: dict[str, float] = {}
    for name, value in _relative(before, after):
        attribute = name.rpartition("/")[2]
        found[attribute] = float(np.maximum(found.get(attribute, 0.0), value))
    return found


def _relative(before: Arrays, after: Arrays) -> Iterator[tuple[str, float]]:
    """Yield attributes with owner, and differences relative to the largest number before."""
    largest: dict[str, float] = {}
    for name, array in before.items():
        largest[group(name)] = max(largest.get(group(name), 0.0), _largest(array))
    for name in {**before, **after}:
        if name not in before or name not in after:
            yield f"{group(name)} (missing)", np.inf
        elif not _has_same_bits(before[name], after[name]):
            yield group(name), _distance(before[name], after[name], largest[group(name)])


def _largest(array: Array) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


def _has_same_bits(before: Array, after: Array) -> bool:
    same_kind = before.dtype == after.dtype and before.shape == after.shape
    return same_kind and before.tobytes() == after.tobytes()


def _distance(before: Array, after: Array, largest: float) -> float:
    if before.dtype != after.dtype or before.shape != after.shape:
        return np.inf
    differs = before != after
    if not differs.any():  # zeros of another sign
        return 0.0
    distance = np.abs(before[differs].astype(np.float64) - after[differs]).max()
    return float(distance / largest) if largest > 0 else np.inf


if __name__ == "__main__":
    main()
