"""Saved files, taken apart and put together again with a digest that is right."""

import hashlib
import json
import re

BEGINNING = re.compile(rb'.{8}\{"__metadata__":\{"sklearn_deepmlp":"1 ([0-9a-f]{64}) ', re.DOTALL)


def with_digest(data):
    """Return a file with the digest of its content, as the description of the format has it."""
    found = BEGINNING.match(data)
    if found is None:
        return data
    start, end = found.span(1)
    digest = hashlib.sha256(data[:start] + b"0" * 64 + data[end:]).hexdigest()
    return data[:start] + digest.encode() + data[end:]


def parts_of(data):
    """Return the tensors as the header has them, the JSON of the estimator, and the bytes."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    text = header.pop("__metadata__")["sklearn_deepmlp"]
    return header, json.loads(text[67:]), data[8 + length :]


def file_of(tensors, content, body):
    """Return a file from its parts; `content` may be JSON as text."""
    text = content if isinstance(content, str) else json.dumps(content)
    metadata = {"sklearn_deepmlp": f"1 {'0' * 64} {text}"}
    header = json.dumps({"__metadata__": metadata, **tensors}, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return with_digest(len(header).to_bytes(8, "little") + header + body)
