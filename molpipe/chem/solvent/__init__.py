"""A solvent as a dielectric continuum: the electrostatic part of solvation, nothing else."""
