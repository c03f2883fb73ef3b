"""Which orbitals carry the correlation: candidates, and the choice among them."""

from molpipe.chem.active_space.candidates import Candidates, frozen_core, prepare
from molpipe.chem.active_space.choice import Choice, choose

__all__ = ["Candidates", "Choice", "choose", "frozen_core", "prepare"]
