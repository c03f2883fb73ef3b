"""``python -m benchmarks.simulators``: one energy on cirq.Simulator, on qsim and on ours."""

from __future__ import annotations

from typing import Any

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.processes import ask
from benchmarks.results import finish

MOLECULES = ("H2", "H4", "LiH", "H6", "H2O")
QUICK = MOLECULES[:3]
OTHERS = {"cirq": "cirq.Simulator", "qsim": "qsim"}


def run(*, quick: bool, write: bool) -> None:
    """Measure, print, and keep where asked."""
    chosen = QUICK if quick else MOLECULES
    answers = {name: ask("benchmarks.drivers.simulators", [name]) for name in chosen}
    finish("simulators", _section(answers), write=write)


def _section(answers: dict[str, dict[str, Any]]) -> str:
    others = OTHERS.values()
    head = ["molecule", "qubits", "two-qubit gates", "molpipe", *others]
    head += [f"times {title}" for title in others] + ["largest difference [Ha]"]
    text = (
        "## One energy evaluation [ms]\n\nThe same UCCSD circuit and Hamiltonian, median "
        "processor time of one thread: the sector engine, and the decomposed circuit on qubit "
        "simulators, by their own expectation values or from their state vector, whichever is "
        "faster. qsim works in single precision."
    )
    found = next(iter(answers.values()))["versions"]
    versions = ", ".join(f"{package} {version}" for package, version in found.items())
    rows = [_row(name, answer) for name, answer in answers.items()]
    return f"{text}\n\n{table(head, rows)}\n\nVersions: {versions}."


def _row(name: str, answer: dict[str, Any]) -> list[str]:
    seconds, energies = answer["seconds"], answer["energies"]
    ours = seconds["sector"]
    difference = max(abs(energies[other] - energies["sector"]) for other in OTHERS)
    cells = [name, str(answer["n_qubits"]), str(answer["two_qubit_gates"])]
    cells += [digits(seconds[backend] * 1e3) for backend in ("sector", *OTHERS)]
    cells += [digits(seconds[other] / ours) for other in OTHERS]
    return [*cells, f"{difference:.0e}"]


if __name__ == "__main__":
    run(**options(__doc__))
