"""How much memory a device has left."""

from __future__ import annotations

import torch


def free_bytes(device: torch.device) -> int | None:
    """Return the bytes that torch can still allocate on a GPU; None where that is not known.

    Memory that torch still holds for deleted tensors counts as free.
    """
    if device.type != "cuda":
        return None
    free, _ = torch.cuda.mem_get_info(device)
    return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
