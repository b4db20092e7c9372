"""What torch and the hardware offer in addition to exact float32 products: TF32 and bfloat16."""

from __future__ import annotations

import platform

import torch

_TF32, _FLOAT32 = "tf32", "ieee"
_switch = torch.backends.cuda.matmul
# torch 2.9 has replaced a boolean by names, and refuses to read the boolean after a name was set.
_has_names = hasattr(_switch, "fp32_precision")
# The oldest compute capability with bfloat16 products.
_LEAST_CAPABILITY = (8, 0)


def float32_products() -> str:
    """Return how this process computes float32 products on CUDA: "tf32", or exactly."""
    if _has_names:
        return _switch.fp32_precision
    return _TF32 if _switch.allow_tf32 else _FLOAT32


def set_float32_products(name: str) -> None:
    """Set it, to "tf32", to "ieee" (exactly), or to what `float32_products` has returned."""
    if _has_names:
        _switch.fp32_precision = name
    else:
        _switch.allow_tf32 = name == _TF32


def lack_of_bfloat16(device: torch.device) -> str | None:
    """Return why a device cannot compute products in bfloat16 fast; None where it can.

    Without the instructions torch computes them on a CPU too, but more slowly than in float32.
    """
    if device.type == "cpu":
        return None if _cpu_has_bfloat16() else "the processor has no bfloat16 instructions"
    if device.type != "cuda":
        return f"device {device.type!r} is not known to have it"
    if torch.version.hip is not None:
        return None
    major, minor = torch.cuda.get_device_capability(device)
    if (major, minor) >= _LEAST_CAPABILITY:
        return None
    return f"the GPU has compute capability {major}.{minor}, and 8.0 is needed"


def _cpu_has_bfloat16() -> bool:
    if platform.machine() in {"x86_64", "AMD64"}:
        return bool(torch.cpu._is_avx512_bf16_supported())
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
