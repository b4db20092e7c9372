"""Time training steps on a GPU, captured as CUDA graphs and launched kernel by kernel.

``python -m benchmarks.graphs`` prints microseconds per step for the shapes of the suite, for one
network and for stacks, and what training many networks together gains.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import numpy as np
import torch

from benchmarks.contenders import ours
from benchmarks.effort import FULL, QUICK, Effort
from benchmarks.shapes import SHAPES, Shape, training_data
from benchmarks.tables import Table
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._training.step_mode import CAPTURED, IN_TABLES, LISTED, StepMode
from sklearn_deepmlp._training.train import train_stack
from sklearn_deepmlp._training.trainers import trained_by
from sklearn_deepmlp._training.watch import Watch

DTYPE = "float32"
MODES = {"captured": CAPTURED, "from tables": IN_TABLES, "own inputs": LISTED}
SIZES = (1, 25)
# Minimum steps and epochs of a timed training; its first epochs are left out.
LEAST_STEPS, LEAST_EPOCHS, LEFT_OUT = 2_000, 16, 4
MANY, SAMPLE = 200, 10
SEARCHED = Shape("2x50", 1_000, (20, 50, 50, 2), 32, epochs=20)


def main() -> None:
    """Print all tables, or say that there is no GPU."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.graphs", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds; noisy")
    effort = QUICK if parser.parse_args().quick else FULL
    if not torch.cuda.is_available():
        sys.exit("python -m benchmarks.graphs needs an NVIDIA GPU, and torch finds none.")
    for table in (*map(step_table, SIZES, [effort] * len(SIZES)), search_table()):
        sys.stdout.write(f"{table.markdown()}\n")
        sys.stdout.flush()


def step_table(n_networks: int, effort: Effort, device: str = "cuda") -> Table:
    """Time the steps of all shapes.

    Parameters
    ----------
    n_networks : int
        Networks of the stack.
    effort : Effort
        How often each training is timed.
    device : str
        Where it runs.

    Returns
    -------
    Table
        With medians in microseconds.
    """
    rows = []
    for shape in SHAPES:
        jobs = [_job(shape, seed, device) for seed in range(n_networks)]
        times = {name: _step_seconds(jobs, shape, mode, effort) for name, mode in MODES.items()}
        speedup = times["own inputs"] / times["captured"]
        figures = [f"{seconds * 1e6:.0f}" for seconds in times.values()]
        rows.append([shape.name, shape.description, *figures, f"{speedup:.1f}"])
    columns = ["Data", "Rows and network", *(f"{n}, µs" for n in MODES), "own inputs / captured"]
    name = _device_name(device)
    return Table(f"A step of {n_networks} network(s), {DTYPE}, {name}", columns, rows)


def search_table(device: str = "cuda") -> Table:
    """Time the training of many networks, as one stack and separately.

    Parameters
    ----------
    device : str
        Where it runs.

    Returns
    -------
    Table
        With seconds; those of separate trainings are estimated from some of the networks.
    """
    jobs = [_job(SEARCHED, seed, device) for seed in range(MANY)]
    rows = []
    for name, mode in MODES.items():
        _seconds(jobs, mode)
        together = _seconds(jobs, mode)
        separately = sum(_seconds([job], mode) for job in jobs[:SAMPLE]) * MANY / SAMPLE
        figures = f"{together:.2f}", f"{separately:.1f}", f"{separately / together:.0f}"
        rows.append([name, *figures])
    columns = ["Steps", "together, s", "separately, s", "separately / together"]
    title = f"{MANY} networks, {SEARCHED.description}, {SEARCHED.epochs} epochs, {DTYPE}"
    return Table(f"{title}, {_device_name(device)}", columns, rows)


def _device_name(device: str) -> str:
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else device


def _job(shape: Shape, seed: int, device: str) -> Job:
    """Return the job of a fit, after training it for an epoch."""
    jobs: list[Job] = []

    def trained(job: Job) -> Result:
        jobs.append(job)
        (outcome,) = train_stack([job.changed(max_iter=1)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    with trained_by(trained):
        ours(shape, DTYPE).set_params(device=device, random_state=seed).fit(
            *training_data(shape, DTYPE)
        )
    return jobs[0]


def _step_seconds(jobs: Sequence[Job], shape: Shape, mode: StepMode, effort: Effort) -> float:
    """Return the median time of a step, over epochs that begin after all captures."""
    n_steps = -(-shape.n_rows // shape.batch_size)
    n_epochs = max(LEAST_EPOCHS, LEAST_STEPS // n_steps)
    longer = [job.changed(max_iter=n_epochs, n_iter_no_change=n_epochs) for job in jobs]
    rounds = [_epoch_seconds(longer, mode) for _ in range(effort.few_rounds // 3)]
    return float(np.median(np.concatenate(rounds))) / n_steps


def _epoch_seconds(jobs: Sequence[Job], mode: StepMode) -> Any:
    ends: list[float] = []
    train_stack(jobs, Watch(at_epoch=lambda n: ends.append(perf_counter())), mode=mode)
    return np.diff(ends)[LEFT_OUT:]


def _seconds(jobs: Sequence[Job], mode: StepMode) -> float:
    start = perf_counter()
    train_stack(jobs, mode=mode)
    return perf_counter() - start


if __name__ == "__main__":
    main()
