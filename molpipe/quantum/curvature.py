"""How the energy curves around the reference determinant: what makes L-BFGS nearly Newton's method.

At zero angles the Hessian of a product of excitations is the configuration-interaction matrix
of the determinants that it makes, and that needs no state vector. Where the circuit lowers the
energy, excitations cost more: twice the correlation energy on the diagonal stands for that. From
CCSD amplitudes it takes 1 to 3 evaluations to come within a microhartree of the optimum (H10: 4
without the shift, 3 more with orbital-energy denominators alone) and 3 or 4 to converge.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum.ansatz.ansatz import Ansatz
from molpipe.quantum.sector.curvature_kernel import reference_hessian
from molpipe.quantum.sector.strings import FloatArray

MOST_PARAMETERS = 3000
"""Above this the matrix costs more than it saves."""

MOST_SHIFT = 0.4
"""Bound [Ha] on the shift: the correlation energy grows with the molecule, what it stands for
does not. Between 0.2 and 0.4 each of H6, H8, H10, N2 and H2O converges in 4 evaluations."""

FLATTEST = 1e-2
"""Curvature [Ha] below which a direction counts as flat: the reference is nearly unstable."""


class ReferenceCurvature:
    """The inverse of the Hessian at the reference, as a function of a gradient.

    It is made when it is first asked for: a start that is good enough never does. Where the
    reference is no minimum, the diagonal ``scale`` of the ansatz stands in.
    """

    def __init__(
        self, problem: ActiveSpaceProblem, ansatz: Ansatz, *, correlation: float = 0.0
    ) -> None:
        """Make nothing yet; ``correlation`` [Ha] is how far the circuit may lower the energy."""
        self._problem, self._ansatz = problem, ansatz
        self._shift = min(2.0 * max(correlation, 0.0), MOST_SHIFT)

    def __call__(self, gradient: FloatArray) -> FloatArray:
        """The Newton step's opposite (n_parameters,) for a gradient [Ha]."""
        if self._factor is None:
            return gradient * self._ansatz.scale**2
        step: FloatArray = dpotrs(self._factor, gradient, lower=True)[0]
        return step

    @cached_property
    def _factor(self) -> FloatArray | None:
        """The Cholesky factor of the Hessian; None where it is not positive definite."""
        n_parameters = self._ansatz.n_parameters
        if n_parameters > MOST_PARAMETERS:
            return None
        problem, table = self._problem, self._ansatz.table
        alpha, beta = ((1 << electrons) - 1 for electrons in problem.nelec)
        hessian = reference_hessian(
            table.orbitals,
            self._ansatz.parameter_of,
            n_parameters,
            alpha,
            beta,
            problem.one_body,
            problem.two_body,
        )
        hessian[np.diag_indices(n_parameters)] += self._shift
        factor: FloatArray
        factor, failed = dpotrf(hessian, lower=True)
        if failed or np.min(np.diag(factor)) ** 2 < FLATTEST:
            return None
        return factor
