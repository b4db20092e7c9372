"""The settings of a process, none of which an import or a fit may change."""

import contextlib
import locale
import logging
import multiprocessing
import os
import random
import signal
import sys
import threading
import warnings

import joblib
import numpy as np
import sklearn
import torch
from threadpoolctl import threadpool_info


def umask():
    """Return the mode mask of new files, which only setting it tells."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def state_of_random_generators():
    of_numpy = np.random.get_state()  # noqa: NPY002 - the one that scikit-learn draws from
    return random.getstate(), of_numpy, torch.get_rng_state().tolist()


def of_torch():
    return {
        "threads": torch.get_num_threads(),
        "threads between operations": torch.get_num_interop_threads(),
        "dtype": torch.get_default_dtype(),
        "gradients": torch.is_grad_enabled(),
        "inference": torch.is_inference_mode_enabled(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "precision": torch.get_float32_matmul_precision(),
        "TF32": (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32),
        "benchmark": torch.backends.cudnn.benchmark,
        "anomaly": torch.is_anomaly_enabled(),
        "denormals": float(torch.tensor(2.0**-149) * 1.0),
    }


def of_python():
    return {
        "filters": list(warnings.filters),
        "showwarning": warnings.showwarning,
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "excepthook": (sys.excepthook, threading.excepthook),
        "path": list(sys.path),
        "streams": (sys.stdout, sys.stderr),
        "recursion": sys.getrecursionlimit(),
        "switch": sys.getswitchinterval(),
        "trace": (sys.gettrace(), sys.getprofile()),
        "environment": dict(os.environ),
        "folder": os.getcwd(),  # noqa: PTH109
        "umask": umask(),
        "locale": locale.setlocale(locale.LC_ALL),
        "stack": threading.stack_size(),
        "start method": multiprocessing.get_start_method(allow_none=True),
    }


def of_logging():
    root = logging.getLogger()
    return {
        "handlers": list(root.handlers),
        "level": root.level,
        "class": logging.getLoggerClass(),
        "disabled": root.manager.disable,
        "warnings": logging._warnings_showwarning,
    }


def of_libraries():
    pools = [(pool["filepath"], pool["num_threads"]) for pool in threadpool_info()]
    return {
        "numpy's errors": np.geterr(),
        "numpy's printing": np.get_printoptions(),
        "scikit-learn": sklearn.get_config(),
        "joblib": type(joblib.parallel.get_active_backend()[0]).__name__,
        "pools": sorted(pools),
        "generators": repr(state_of_random_generators()),
        "matplotlib": "matplotlib" in sys.modules,
    }


@contextlib.contextmanager
def unchanged():
    """Check that settings are the same afterwards."""
    before = settings()
    yield
    after = settings()
    changed = {name for name in before if before[name] != after[name]}
    assert not changed, {name: (before[name], after[name]) for name in changed}


def settings():
    return of_torch() | of_python() | of_logging() | of_libraries()
