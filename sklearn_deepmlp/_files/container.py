"""The bytes of a file from its text and tensors, and back, with nothing trusted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from sklearn_deepmlp._compat.extras import import_extra
from sklearn_deepmlp._files.foreign import what_it_is_instead
from sklearn_deepmlp._files.seal import (
    HEAD_BYTES,
    LENGTH_BYTES,
    VERSION,
    format_version,
    is_intact,
    metadata,
    sealed,
    text_of,
)
from sklearn_deepmlp._files.strict_json import parsed

Tensors = Mapping[str, NDArray[Any]]


def packed(tensors: Tensors, text: str) -> bytes:
    """Return the content of a file; the same for the same text and tensors.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        Contiguous arrays in native byte order.
    text : str
        ASCII only.
    """
    safetensors = import_extra("safetensors", "save")
    arrays = import_extra("safetensors.numpy", "save")
    try:
        data = arrays.save(dict(sorted(tensors.items())), metadata(text))
    except safetensors.SafetensorError as error:  # what is not in arrays is too large
        raise ValueError(f"The estimator cannot be saved: {error}") from error
    return sealed(data)


def content_of(path: str | os.PathLike[str]) -> bytes:
    """Return the content of a file, if it is intact and has this format.

    Raises
    ------
    ValueError
        Otherwise, with what is wrong. Nothing of the file has been parsed then.
    """
    with Path(path).open("rb") as file:
        _check_format(file.read(HEAD_BYTES))
        file.seek(0)
        data = file.read()
    if not is_intact(data):
        raise ValueError(
            "The file is damaged: it has been truncated or changed since it was saved. Save the "
            "estimator again, or fetch the file again."
        )
    return data


def _check_format(head: bytes) -> None:
    version = format_version(head)
    if version is None:
        raise ValueError(f"This is not a file of sklearn_deepmlp. {what_it_is_instead(head)}.")
    if version > VERSION:
        raise ValueError(
            f"The file has format {version} and was written by a newer version of sklearn_deepmlp; "
            f"this one reads formats up to {VERSION}. Upgrade sklearn_deepmlp, or fetch the file "
            "again if it may be damaged."
        )


def unpacked(data: bytes) -> tuple[Tensors, str]:
    """Return the tensors and the text of a file.

    Parameters
    ----------
    data : bytes
        From `content_of`.

    Raises
    ------
    ValueError
        If it is not a valid safetensors file, whatever it claims to hold.
    """
    end = LENGTH_BYTES + int.from_bytes(data[:LENGTH_BYTES], "little")
    if end > len(data):
        raise ValueError("The header of the file claims to be longer than the file.")
    safetensors = import_extra("safetensors", "load")
    arrays = import_extra("safetensors.numpy", "load")
    try:
        tensors = arrays.load(data)
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"The header of the file is not valid: {error}") from error
    return tensors, text_of(parsed(data[LENGTH_BYTES:end].decode())["__metadata__"])
