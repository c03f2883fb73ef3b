"""Published energies, computed again here and compared.

The published values lie in JSON files, one for each study, with their sources, geometries,
settings and tolerances. Nothing here reads or writes the result database.
"""

from molpipe.validation.comparison import Outcome, compare
from molpipe.validation.in_child import measure_in
from molpipe.validation.studies import Check, Study, load_studies

__all__ = ["Check", "Outcome", "Study", "compare", "load_studies", "measure_in"]
