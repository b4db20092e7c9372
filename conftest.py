"""Settings that hold for all tests."""

import os

# Read by scipy when it is imported: lets scikit-learn's array API checks run.
os.environ["SCIPY_ARRAY_API"] = "1"

import torch

# Bits are promised for a given number of threads; the tests have one.
torch.set_num_threads(1)
