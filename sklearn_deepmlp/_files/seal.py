"""How a file begins: the name of the format, its version, and a digest of the whole file.

A file is a valid safetensors file: 8 bytes with the length of the header, the header, which is
JSON, and the tensors. The header begins with the metadata, so that the digest has a fixed place and
can be checked before anything is parsed.
"""

from __future__ import annotations

import hashlib
import re

KEY = "sklearn_deepmlp"
VERSION = 1
LENGTH_BYTES = 8  # in which safetensors stores the length of the header
START = f'{{"__metadata__":{{"{KEY}":"'.encode()
N_DIGITS = 2 * hashlib.sha256().digest_size
_VERSION_AT = LENGTH_BYTES + len(START)
_DIGEST_AT = _VERSION_AT + len(f"{VERSION} ")
_DIGEST = slice(_DIGEST_AT, _DIGEST_AT + N_DIGITS)
_TEXT_AT = len(f"{VERSION} ") + N_DIGITS + 1  # in the metadata
HEAD_BYTES = _DIGEST.stop  # what `format_version` needs to see
_NO_DIGEST = b"0" * N_DIGITS


def metadata(text: str) -> dict[str, str]:
    """Return the metadata of a file that carries a text, with zeros in place of the digest."""
    return {KEY: f"{VERSION} {_NO_DIGEST.decode()} {text}"}


def text_of(metadata: dict[str, str]) -> str:
    """Return the text that metadata carry."""
    return metadata[KEY][_TEXT_AT:]


def sealed(data: bytes) -> bytes:
    """Return the content of a file with its digest, in place of the zeros.

    Raises
    ------
    RuntimeError
        If safetensors has not written the metadata first.
    """
    if format_version(data) != VERSION or data[_DIGEST] != _NO_DIGEST:
        raise RuntimeError(
            "This version of safetensors arranges files in a way that cannot be read again. "
            "Nothing was saved; install another version of safetensors."
        )
    return b"".join((data[:_DIGEST_AT], _digest(data), data[_DIGEST.stop :]))


def format_version(head: bytes) -> int | None:
    """Return the version of the format; None if a file with this beginning has another format."""
    found = re.compile(re.escape(START) + rb"([1-9][0-9]{0,8}) ").match(head, LENGTH_BYTES)
    return None if found is None else int(found[1])


def is_intact(data: bytes) -> bool:
    """Return whether the digest of a file of this version is that of its content."""
    return data[_DIGEST] == _digest(data)


def _digest(data: bytes) -> bytes:
    """Return the digest of a file, whose own digits count as zeros."""
    view = memoryview(data)
    digest = hashlib.sha256(view[:_DIGEST_AT])
    digest.update(_NO_DIGEST)
    digest.update(view[_DIGEST.stop :])
    return digest.hexdigest().encode()
