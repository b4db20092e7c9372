"""JSON that is written in one way and read without surprises."""

from __future__ import annotations

import json
from typing import Any, NoReturn


def written(content: Any) -> str:
    """Return JSON, ASCII only, the same for the same content."""
    return json.dumps(content, allow_nan=False, separators=(",", ":"))


def parsed(text: str) -> Any:
    """Return the content of JSON; refuse keys that occur twice, and constants that JSON lacks."""
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("The file is not valid: a key of its JSON occurs twice.")
    return content


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"The file is not valid: its JSON contains {constant}.")
