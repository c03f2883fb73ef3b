"""The comparison with the peers as Markdown."""

from __future__ import annotations

from benchmarks.comparison import Comparison, contraction
from benchmarks.goals import verdict
from benchmarks.markdown import digits, table
from benchmarks.tools import OURS, PEERS

TITLES = {tool.name: tool.title for tool in (*PEERS, OURS)}

NOTES = """Medians. Time is processor time of one thread, from finished SCF to within 1e-6 Ha of the
lowest energy of the same run, in a fresh process that has solved another small molecule before.
Building of tables, ansatz and Hamiltonian is in it; imports are not, and neither is CCSD, which
belongs to the references. The Hamiltonian's integrals are part of the references for mqchem and
molpipe; TenCirChem-NG makes them itself, in 1 to 2 ms. Python's garbage collector runs as it does
for a user of each tool; with BENCH_FREEZE_HEAP=1 what imports left in memory is hidden from it,
which spares the peers a pause of 0.1 to 0.2 s in their first call. Peers: L-BFGS-B to gtol 1e-7,
ftol 1e-15. Peak memory is that of the whole process during the VQE, most of it imported code."""


def section(comparison: Comparison) -> str:
    """Everything about the peers."""
    blocks = [
        "## molpipe and its peers: UCCSD-VQE",
        NOTES,
        "### Time to 1e-6 Ha [s] (evaluations)",
        _times(comparison),
        "### One energy and gradient [ms]",
        _evaluations(comparison),
        "### Before the first evaluation [ms]",
        _set_up(comparison),
        "### Error against FCI at the own optimum [mHa] (parameters)",
        _errors(comparison),
        "### Peak memory [MB]",
        _memory(comparison),
        "### What was to be reached",
        "\n".join(f"- {line}" for line in verdict(comparison)),
        _versions(comparison),
    ]
    return "\n\n".join(blocks)


def _times(c: Comparison) -> str:
    head = ["molecule", "qubits", *_titles(c), "times the better peer", "in wall time"]
    rows = []
    for m in c.molecules:
        cells = [_time(c, tool, m) for tool in _tools(c)]
        ratios = (c.speedup(m, lambda x: x.seconds), c.speedup(m, lambda x: x.wall_seconds))
        rows.append([m, _integer(c.ours(m, lambda x: x.n_qubits)), *cells, *map(digits, ratios)])
    return table(head, rows)


def _time(c: Comparison, tool: str, molecule: str) -> str:
    seconds = c.get(tool, molecule, lambda x: x.seconds)
    if seconds is None:
        return "-"
    return f"{digits(seconds)} ({_integer(c.get(tool, molecule, lambda x: x.n_to_optimum))})"


def _evaluations(c: Comparison) -> str:
    head = ["molecule", *_titles(c), "one contract_2e", "molpipe / contract_2e", "faster by"]
    rows = []
    for m in c.molecules:
        cells = [digits(_milli(c.get(t, m, lambda x: x.per_evaluation))) for t in _tools(c)]
        limit = digits(_milli(c.ours(m, contraction)))
        faster = digits(c.speedup(m, lambda x: x.per_evaluation))
        rows.append([m, *cells, limit, digits(c.over_limit(m)), faster])
    return table(head, rows)


def _set_up(c: Comparison) -> str:
    rows = [
        [m, *(digits(_milli(c.get(tool, m, lambda x: x.set_up))) for tool in _tools(c))]
        for m in c.molecules
    ]
    return table(["molecule", *_titles(c)], rows)


def _errors(c: Comparison) -> str:
    head = ["molecule", "E(FCI) [Ha]", *_titles(c), "molpipe - best peer [uHa]"]
    rows = []
    for m in c.molecules:
        exact, excess = c.exact(m), c.excess(m)
        energy = "-" if exact is None else f"{exact:.8f}"
        difference = "-" if excess is None else f"{excess * 1e6:+.1f}"
        rows.append([m, energy, *(_error(c, tool, m) for tool in _tools(c)), difference])
    return table(head, rows)


def _error(c: Comparison, tool: str, molecule: str) -> str:
    error = c.error(tool, molecule)
    if error is None:
        return "-"
    parameters = _integer(c.get(tool, molecule, lambda x: x.n_parameters))
    return f"{round(error * 1e3, 4) + 0.0:.4f} ({parameters})"


def _memory(c: Comparison) -> str:
    rows = [
        [m, *(_integer(c.get(t, m, lambda x: x.peak_mb)) for t in _tools(c))] for m in c.molecules
    ]
    return table(["molecule", *_titles(c)], rows)


def _versions(c: Comparison) -> str:
    told = {
        ", ".join(f"{name} {version}" for name, version in found.items()): None
        for found in c.versions().values()
    }
    repeats = max((len(runs) for runs in c.samples.values()), default=0)
    fewer = {m: len(runs) for (_, m), runs in c.samples.items() if len(runs) < repeats}
    note = "".join(f", {m}: {count}" for m, count in fewer.items())
    return f"Repetitions: {repeats}{note}. Versions: {'; '.join(told)}."


def _tools(c: Comparison) -> tuple[str, ...]:
    return (*c.peers, OURS.name)


def _titles(c: Comparison) -> list[str]:
    return [TITLES[tool] for tool in _tools(c)]


def _milli(value: float | None) -> float | None:
    return None if value is None else value * 1e3


def _integer(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"
