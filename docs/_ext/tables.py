"""A Sphinx extension that writes the tables of the documentation from the package itself.

An activation, an initialization or a parameter that is added to the package so appears in the
documentation.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from activation_tables import activation_table, names_by_class
from conflict_tables import conflict_table, partial_fit_table, self_normalization_table
from finding_table import finding_table
from initializer_tables import initializer_table, scale_table, signal_table
from mlp_parameters import all_parameters_table
from mlp_tables import (
    attribute_table,
    default_table,
    method_table,
    parameter_table,
    value_table,
)
from support_table import support_table

if TYPE_CHECKING:  # tests import this module without Sphinx
    from sphinx.application import Sphinx

__all__ = ["TABLES", "names_by_class", "setup"]

TABLES = {
    "activations": activation_table,
    "initializers": initializer_table,
    "scales": scale_table,
    "signals": signal_table,
    "added_parameters": parameter_table,
    "other_defaults": default_table,
    "added_values": value_table,
    "added_methods": method_table,
    "added_attributes": attribute_table,
    "findings": finding_table,
    "mlp_parameters": all_parameters_table,
    "conflicts": conflict_table,
    "partial_fit_conflicts": partial_fit_table,
    "self_normalization_conflicts": self_normalization_table,
    "support": support_table,
}


def write_tables(app: Sphinx) -> None:
    """Write each table to a file that a page includes."""
    folder = Path(app.srcdir) / "generated" / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in TABLES.items():
        (folder / f"{name}.md").write_text(table(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx when to write the tables: before it reads any page."""
    app.connect("builder-inited", write_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
