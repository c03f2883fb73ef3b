"""Every tolerance of the test suite, with its reason. All in hartree unless said."""

EXACT = 1e-10
"""Two ways through linear algebra to the same number."""

VARIATIONAL = 1e-9
"""How far below the exact energy a variational energy may fall: the FCI solver's convergence."""

MAPPING = 1e-8
"""Hartree-Fock energy of a mapped Hamiltonian against SCF: OpenFermion drops terms below 1e-8."""

FCI = 1e-7
"""Our HF and CASCI against published FCI energies: geometry constants differ in the last digit."""

CCSD = 1e-6
"""Iterative coupled cluster against published values with default convergence."""

CIRCUIT = 1e-6
"""The same circuit in the sector simulator and in cirq.Simulator, double precision."""

QSIM = 3e-6
"""qsim works in single precision."""

GRADIENT = 1e-7
"""Adjoint gradient against central differences with step 1e-4: the differences' own error."""

EXPORT = 1e-9
"""A circuit that was written and read back: the decimals of its angles in the file."""

SCHEMA_GEOMETRY = 1e-8
"""Coordinates in a QCSchema: QCElemental rounds them to 8 decimals of a bohr."""

CAVITY = 5e-5
"""A continuum around a sphere against the closed form: grid for the density, 1e-4 of the energy."""

SINGLE_PRECISION = 1e-6
"""A density matrix of single-precision numbers, some hundred gates later."""

SHOWN_DIGITS = 0.51e-6
"""An energy on a page against the one in results.json: pages show six decimals."""

PLACE = 1e-9
"""A calculation here and on a worker of a cluster is the same calculation [Ha]."""
