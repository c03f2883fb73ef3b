"""Which orbitals carry the correlation: candidates, and the choice among them."""

from molpipe.chem.active_space.candidates import Candidates, Wanted, frozen_core
from molpipe.chem.active_space.choice import Choice, choose
from molpipe.chem.active_space.prepare import Source, prepare
from molpipe.chem.active_space.selection import Selection, select

__all__ = [
    "Candidates",
    "Choice",
    "Selection",
    "Source",
    "Wanted",
    "choose",
    "frozen_core",
    "prepare",
    "select",
]
