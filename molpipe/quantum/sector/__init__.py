"""The symmetry-sector simulator: only determinants with the right alpha and beta electrons."""
