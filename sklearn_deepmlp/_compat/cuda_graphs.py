"""What torch leaves behind if the capture of a CUDA graph fails, and how to clean it up."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import torch

# Their names have changed between the versions of torch; only builds for CUDA have them.
_ENDS_OF_ALLOCATION = ("_cuda_endAllocateToPool", "_cuda_endAllocateCurrentStreamToPool")
_RELEASE = "_cuda_releasePool"


def release_failed_capture(device: torch.device, pool: Any) -> None:
    """Tell torch's allocator that a capture, which has failed, no longer uses its memory pool.

    torch does so only at the end of a successful capture. Until then the allocator returns no
    memory to the device, in the whole process.

    Parameters
    ----------
    device : torch.device
        Where the capture was, with its index.
    pool : opaque
        The pool of the capture, from `torch.cuda.graph_pool_handle`.
    """
    names = [name for name in _ENDS_OF_ALLOCATION if hasattr(torch._C, name)]
    if not names:
        return
    with suppress(RuntimeError):  # where torch has done so itself
        getattr(torch._C, names[0])(device.index, pool)
        getattr(torch._C, _RELEASE)(device.index, pool)
