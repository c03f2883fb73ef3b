"""What every gate with one angle on the whole register has in common."""

from __future__ import annotations

import abc
import math
from numbers import Real
from typing import Self

import cirq


def finite(angle: cirq.TParamVal) -> cirq.TParamVal:
    """The angle as it came; ValueError where it is a number and not finite."""
    if isinstance(angle, Real) and not math.isfinite(angle):
        raise ValueError(f"an angle must be finite, got {angle}")
    return angle


class AngleGate(cirq.Gate, abc.ABC):
    """Spans the 2 ``n_orbitals`` qubits and turns by ``angle``, a number or an expression."""

    n_orbitals: int
    angle: cirq.TParamVal

    @abc.abstractmethod
    def with_angle(self, angle: cirq.TParamVal) -> Self:
        """The same gate with another angle."""

    def _num_qubits_(self) -> int:
        return 2 * self.n_orbitals

    def _has_unitary_(self) -> bool:
        return not self._is_parameterized_()

    def __pow__(self, exponent: float) -> Self:
        return self.with_angle(self.angle * exponent)

    def _is_parameterized_(self) -> bool:
        return bool(cirq.is_parameterized(self.angle))

    def _parameter_names_(self) -> set[str]:
        return set(cirq.parameter_names(self.angle))

    def _resolve_parameters_(self, resolver: cirq.ParamResolver, recursive: bool) -> Self:
        return self.with_angle(resolver.value_of(self.angle, recursive))

    @classmethod
    def _json_namespace_(cls) -> str:
        return "molpipe"
