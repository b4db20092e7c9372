"""What a file is that does not begin as those of this package do."""

from __future__ import annotations

from sklearn_deepmlp._files.seal import LENGTH_BYTES, START

_PICKLE = (
    "It is a pickle, as pickle.dump and joblib.dump write them. Loading a pickle runs the code "
    "that it contains. If you trust its origin, load it with pickle.load or joblib.load"
)
_COMPRESSED = (
    "It is compressed, perhaps a pickle written by joblib.dump with compress. Loading a pickle "
    "runs the code that it contains. If you trust its origin, load it with joblib.load"
)
_ZIP = "It is a zip archive, as skops.io.dump, torch.save and numpy.savez write them"
# How files of other formats begin.
_BEGINNINGS = {
    **{bytes([0x80, protocol]): _PICKLE for protocol in range(2, 6)},
    b"ccopy_reg\n": _PICKLE,
    b"ccopyreg\n": _PICKLE,
    b"PK\x03\x04": _ZIP,
    **dict.fromkeys([b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"], _COMPRESSED),
    **dict.fromkeys([b"BZh", b"\xfd7zXZ", b"\x04\x22\x4d\x18", b"\x5d\x00\x00"], _COMPRESSED),
}


def what_it_is_instead(head: bytes) -> str:
    """Return a sentence, without the full stop, about a file that begins with `head`."""
    if not head:
        return "It is empty"
    beginning = head[LENGTH_BYTES:]
    if beginning and START.startswith(beginning):
        return "It is damaged: only its beginning is left"
    for start, description in _BEGINNINGS.items():
        if head.startswith(start) and not beginning.startswith(b"{"):
            return description
    if beginning.startswith(b"{"):
        return "It is a safetensors file of something else, or damaged"
    return "Its format is unknown, or it is damaged"
