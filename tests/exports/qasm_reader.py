"""Runs OpenQASM without Cirq: the reference parser, and gates as the language defines them.

The state vector (2**n,) counts qubit 0 as the most significant bit. What the reader does not
know (a statement, a gate, a name) is a KeyError or an AttributeError: it guesses nothing.
"""

from __future__ import annotations

import cmath
import math
from operator import add, mul, neg, pow, sub, truediv

import numpy as np
import openqasm3
from openqasm3 import ast

HALF = math.sqrt(0.5)
GATES = {  # gates of both qelib1.inc and stdgates.inc
    "x": lambda: [[0, 1], [1, 0]],
    "z": lambda: [[1, 0], [0, -1]],
    "h": lambda: [[HALF, HALF], [HALF, -HALF]],
    "s": lambda: [[1, 0], [0, 1j]],
    "sdg": lambda: [[1, 0], [0, -1j]],
    "t": lambda: [[1, 0], [0, cmath.exp(0.25j * math.pi)]],
    "tdg": lambda: [[1, 0], [0, cmath.exp(-0.25j * math.pi)]],
    "ry": lambda a: [
        [math.cos(a / 2), -math.sin(a / 2)],
        [math.sin(a / 2), math.cos(a / 2)],
    ],
    "rz": lambda a: [[cmath.exp(-0.5j * a), 0], [0, cmath.exp(0.5j * a)]],
    "cx": lambda: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]],
    "cz": lambda: np.diag([1, 1, 1, -1]),
}
OPERATORS = {"+": add, "-": sub, "*": mul, "/": truediv, "**": pow}
LIBRARIES = {"2.0": "qelib1.inc", "3.0": "stdgates.inc"}


def state_of(text: str, **inputs: float) -> np.ndarray:
    """The state that the program makes from vacuum, with values for its inputs."""
    program = openqasm3.parse(text)
    library, *statements = program.statements
    assert library.filename == LIBRARIES[program.version]
    declared = [s.identifier.name for s in statements if isinstance(s, ast.IODeclaration)]
    assert declared == list(inputs)
    statements = statements[len(declared) :]
    register, *gates = statements
    state = np.zeros((2,) * register.size.value, dtype=complex)
    state.flat[0] = 1.0
    for gate in gates:
        angles = [value(argument, inputs) for argument in gate.arguments]
        assert gate.modifiers == []
        assert {qubit.name.name for qubit in gate.qubits} == {register.qubit.name}
        qubits = [qubit.indices[0][0].value for qubit in gate.qubits]
        state = applied(np.array(GATES[gate.name.name](*angles)), qubits, state)
    return state.ravel()


def applied(matrix, qubits, state):
    n = len(qubits)
    tensor = matrix.reshape((2,) * 2 * n)
    turned = np.tensordot(tensor, state, axes=(range(n, 2 * n), qubits))
    return np.moveaxis(turned, range(n), qubits)


def value(expression, inputs):
    """The number that an expression stands for."""
    if isinstance(expression, ast.IntegerLiteral | ast.FloatLiteral):
        return expression.value
    if isinstance(expression, ast.Identifier):
        return {"pi": math.pi, **inputs}[expression.name]
    if isinstance(expression, ast.UnaryExpression):
        return {"-": neg}[expression.op.name](value(expression.expression, inputs))
    sides = value(expression.lhs, inputs), value(expression.rhs, inputs)
    return OPERATORS[expression.op.name](*sides)
