"""One molecule at many geometries: a bond, an angle or a torsion changed, the rest rigid."""

from molpipe.chem.scan.coordinate import Coordinate, Kind, parse_values
from molpipe.chem.scan.move import moved

__all__ = ["Coordinate", "Kind", "moved", "parse_values"]
