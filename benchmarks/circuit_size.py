"""``python -m benchmarks.circuit_size``: our circuits against plain Pauli exponentials."""

from __future__ import annotations

from typing import Any

from benchmarks.markdown import digits, table
from benchmarks.options import options
from benchmarks.processes import ask
from benchmarks.results import finish

MOLECULES = ("LiH", "BeH2", "H2O", "H6", "NH3", "N2")
QUICK = MOLECULES[:1]


def run(*, quick: bool, write: bool) -> None:
    """Count, print, and keep where asked."""
    chosen = QUICK if quick else MOLECULES
    answers = {name: ask("benchmarks.drivers.circuit_size", [name]) for name in chosen}
    finish("circuits", _section(answers), write=write)


def _section(answers: dict[str, dict[str, Any]]) -> str:
    head = ["molecule", "qubits", "excitations"]
    for quantity in ("two-qubit gates", "depth"):
        head += [quantity, "naive", "ours / naive"]
    text = (
        "## Size of the circuits\n\nUCCSD, STO-3G, all electrons, for qubits that are all "
        "connected. Ours: excitation circuits after Yordanov et al. "
        "(10.1103/PhysRevA.102.062612). Naive: the same excitations, each Pauli string of their "
        "Jordan-Wigner form as an exponential between two ladders of CNOTs. Both as they are "
        "built, without a compiler, which would cancel gates between neighbours."
    )
    version = next(iter(answers.values()))["versions"]["molpipe"]
    rows = [_row(name, answer) for name, answer in answers.items()]
    return f"{text}\n\n{table(head, rows)}\n\nVersions: molpipe {version}."


def _row(name: str, answer: dict[str, Any]) -> list[str]:
    cells = [name, str(answer["n_qubits"]), str(answer["n_excitations"])]
    for ours, naive in zip(answer["ours"], answer["naive"], strict=True):
        cells += [str(ours), str(naive), digits(ours / naive)]
    return cells


if __name__ == "__main__":
    run(**options(__doc__))
