"""Write the results of a run to a directory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from benchmarks import machine, picture
from benchmarks.tables import Section

RESULTS, TABLES, PICTURE = "results.json", "performance_tables.md", "performance.png"


def write(sections: Mapping[str, Section], command: str, directory: Path) -> None:
    """Write raw figures, tables and, where fits were timed, a picture.

    Parameters
    ----------
    sections : mapping of str to Section
        The parts that were run, by name.
    command : str
        How to run them again.
    directory : Path
        Where to write; created if it is missing.
    """
    directory.mkdir(parents=True, exist_ok=True)
    description = machine.describe()
    raw = {"command": command, "machine": description}
    raw |= {name: section.raw for name, section in sections.items()}
    (directory / RESULTS).write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    tables = [table.markdown() for section in sections.values() for table in section.tables]
    text = "\n".join([_origin(command, description), *tables])
    (directory / TABLES).write_text(text, encoding="utf-8")
    if "fit" in sections:
        picture.draw(sections["fit"].raw, directory / PICTURE)


def _origin(command: str, description: Mapping[str, str | int]) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in description.items())
    return f"Measured by `{command}`: {facts}.\n"
