"""The optimiser that every peer gets, run until its energy stands still."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import minimize

OPTIONS = {"gtol": 1e-7, "ftol": 1e-15}


def descend(energy_and_gradient: Callable[[Any], tuple[Any, Any]], start: Any) -> None:
    """L-BFGS-B from ``start``; whoever wants the energies records them in the objective."""

    def objective(parameters: Any) -> tuple[float, Any]:
        energy, gradient = energy_and_gradient(parameters)
        return float(energy), np.asarray(gradient, dtype=float)

    minimize(objective, start, jac=True, method="L-BFGS-B", options=OPTIONS)
