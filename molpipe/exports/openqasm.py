"""OpenQASM 2 and 3: a circuit written out in qubit gates, for other programs and machines.

Qubit k of the register ``q`` is the k-th qubit of the circuit. Fermionic gates span all qubits,
so that a circuit of them keeps the place of one that nothing happens to. Free parameters become
inputs of the program (``input float[64] theta_0;``), which only version 3 has.

Cross et al., 10.1145/3505636 (version 3); arXiv:1707.03429 (version 2).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Literal

import cirq
import sympy

from molpipe.errors import InputError
from molpipe.files import write_text
from molpipe.quantum.gates import decomposed

Version = Literal["2.0", "3.0"]

DIGITS = 17
"""Decimals of an angle: Cirq's ten would cost the energy its last figures."""


def write(circuit: cirq.Circuit, path: Path, *, version: Version = "3.0") -> None:
    """Write ``circuit`` to ``path``.

    Raises:
        InputError: see :func:`to_qasm`.
        OSError: the folder cannot be written.
    """
    write_text(path, to_qasm(circuit, version=version))


def to_qasm(circuit: cirq.Circuit, *, version: Version = "3.0") -> str:
    """The OpenQASM program of ``circuit``, equal to it up to a global phase.

    Raises:
        InputError: an angle is not finite, or free parameters are left and ``version`` is 2.0.
    """
    free = sorted(cirq.parameter_names(circuit), key=_by_number)
    if free and version == "2.0":
        raise InputError(
            f"OpenQASM 2.0 knows no free parameters, the circuit has {', '.join(free)}",
            hint="resolve them (cirq.resolve_parameters), or write version 3.0",
        )
    program = cirq.QasmOutput(
        decomposed(circuit).all_operations(),
        tuple(sorted(circuit.all_qubits())),
        header="Written by molpipe",
        version=version,
    )
    program.args = _Formatter(
        precision=DIGITS,
        version=version,
        qubit_id_map=program.args.qubit_id_map,
        meas_key_id_map=program.args.meas_key_id_map,
        meas_key_bitcount=program.args.meas_key_bitcount,
    )
    inputs = "".join(f"input float[64] {name};\n" for name in free)
    return str(program).replace('.inc";\n', f'.inc";\n{inputs}', 1)


class _Formatter(cirq.QasmArgs):
    """Cirq's own, but that it writes free parameters and refuses what is no number."""

    def format_field(self, value: Any, spec: str) -> str:
        if isinstance(value, sympy.Expr):
            return str(sympy.pi * value if spec == "half_turns" else value)
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(
                f"an angle of the circuit is {value}", hint="give every parameter a finite value"
            )
        return super().format_field(value, spec)


def _by_number(name: str) -> tuple[str, int]:
    """theta_2 before theta_10."""
    stem = name.rstrip("0123456789")
    return stem, int(name[len(stem) :] or 0)
