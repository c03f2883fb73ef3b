"""A small study of H2, for tests that change one thing in it."""

from __future__ import annotations

import json
from typing import Any

from molpipe.validation import Study

HF, FCI = -1.116759307, -1.137283834
"""H2 at 0.74 angstrom in STO-3G, PySCF 2.14.0 called directly [Ha]."""

H2: dict[str, Any] = {
    "title": "Hydrogen",
    "settings": {"basis": "sto-3g", "frozen_core": False, "active_space": "full"},
    "sources": {"us": {"label": "test", "citation": "this test", "link": "https://example.org"}},
    "calculations": {
        "H2": {"geometry": "H 0 0 0; H 0 0 0.74"},
        "far": {"geometry": "H 0 0 0; H 0 0 2"},
    },
    "tables": [
        {
            "quantity": quantity,
            "unit": "Ha",
            "tolerance": 1e-8,
            "reason": "nine decimals are given",
            "source": "us",
            "values": {"H2": value},
        }
        for quantity, value in (("HF", HF), ("CASCI", FCI))
    ],
}


def study(**changes: Any) -> Study:
    """The study with other entries at its top level."""
    return Study.model_validate_json(json.dumps(H2 | changes))


def table(**changes: Any) -> dict[str, Any]:
    """Its first table, Hartree-Fock, with other entries."""
    return H2["tables"][0] | changes
