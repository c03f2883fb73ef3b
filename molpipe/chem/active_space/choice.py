"""The size of the active space: all of it, as the chemist named it, or by a stated rule."""

from __future__ import annotations

from dataclasses import dataclass

from molpipe.chem.active_space.candidates import Candidates, size
from molpipe.errors import ActiveSpaceError
from molpipe.model.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Doubly occupied and empty orbitals taken into the space, and why; singly occupied all."""

    n_double: int
    n_empty: int
    reason: str


def choose(candidates: Candidates, settings: Settings) -> Choice:
    """The space that ``settings.active_space`` asks for.

    Raises:
        ActiveSpaceError: the named space does not fit the molecule, or no space within
            ``max_qubits`` leaves every degenerate shell whole.
    """
    if settings.explicit_space is not None:
        choice = _named(candidates, *settings.explicit_space)
    elif settings.active_space == "full":
        choice = _everything(candidates, "all orbitals outside the frozen core, as asked")
    else:
        choice = _automatic(candidates, settings.max_qubits)
    notes = [choice.reason, candidates.note if candidates.n_empty else ""]
    return Choice(
        n_double=choice.n_double,
        n_empty=choice.n_empty,
        reason="; ".join(note for note in notes if note),
    )


def _everything(c: Candidates, reason: str) -> Choice:
    if c.n_empty == 0:
        reason += "; the basis set has no empty orbitals, so there is one determinant only"
    return Choice(n_double=c.n_double, n_empty=c.n_empty, reason=reason)


def _named(c: Candidates, n_electrons: int, n_orbitals: int) -> Choice:
    n_double, odd = divmod(n_electrons - c.n_single, 2)
    n_empty = n_orbitals - n_double - c.n_single
    problem = ""
    if odd or n_double < 0:
        problem = f"{n_electrons} electrons do not fit {c.n_single} unpaired ones"
    elif n_double > c.n_double:
        available = 2 * c.n_double + c.n_single
        problem = f"only {available} electrons are outside the frozen core ({c.n_core} orbitals)"
    elif n_empty > c.n_empty:
        problem = f"{n_empty} empty orbitals are needed and the basis set has {c.n_empty}"
    elif n_empty < 1:
        problem = "no empty orbital is left, so nothing can be correlated"
    if problem:
        raise ActiveSpaceError(
            f"active space ({n_electrons},{n_orbitals}): {problem}",
            hint=_what_fits(c, n_double, n_empty),
        )
    reason = f"({n_electrons},{n_orbitals}) as asked, {c.label} orbitals"
    if c.cuts_shell(n_double, n_empty):
        reason += "; it cuts a degenerate shell, so equivalent orbitals are treated unequally"
    return Choice(n_double=n_double, n_empty=n_empty, reason=reason)


def _what_fits(c: Candidates, n_double: int, n_empty: int) -> str:
    if c.n_empty == 0:
        return "only active_space = full fits: the basis set has no empty orbitals"
    fewest = 0 if c.n_single else 1
    n_double = min(max(n_double, fewest), c.n_double)
    n_empty = min(max(n_empty, 1), c.n_empty)
    n_electrons = 2 * n_double + c.n_single
    return f'active_space = "{n_electrons},{n_double + c.n_single + n_empty}" fits, so does auto'


def _automatic(c: Candidates, max_qubits: int) -> Choice:
    total, limit = c.most_double + c.n_single + c.most_empty, max_qubits // 2
    if total <= limit and c.wanted is None:
        reason = f"all orbitals outside the frozen core ({total}) fit into {max_qubits} qubits"
        return _everything(c, reason)
    if total <= limit:
        return _all_wanted(c)
    sizes = _whole_shells(c)
    within = [pair for pair in sizes if sum(pair) + c.n_single <= limit]
    if not within:
        smallest = 2 * (min(map(sum, sizes)) + c.n_single)
        raise ActiveSpaceError(
            f"no active space within {max_qubits} qubits leaves every degenerate shell whole",
            hint=f"set max_qubits to {smallest}, or name a space such as "
            f'"{2 + c.n_single},{2 + c.n_single}"',
        )
    n_double, n_empty = max(within, key=lambda pair: _rank(c, *pair))
    return Choice(n_double=n_double, n_empty=n_empty, reason=_explain(c, n_double, n_empty, limit))


def _all_wanted(c: Candidates) -> Choice:
    n_double, n_empty = c.most_double, c.most_empty
    reason = f"{size(n_double, c.n_single, n_empty)}: {_name(c)}"
    return Choice(n_double=n_double, n_empty=n_empty, reason=reason)


def _whole_shells(c: Candidates) -> list[tuple[int, int]]:
    """Sizes that cut no shell and hold electrons, and empty orbitals where there are any."""
    fewest_double = 0 if c.n_single or not c.most_double else 1
    return [
        (n_double, n_empty)
        for n_double in range(fewest_double, c.most_double + 1)
        for n_empty in range(min(1, c.most_empty), c.most_empty + 1)
        if not c.cuts_shell(n_double, n_empty)
    ]


def _rank(c: Candidates, n_double: int, n_empty: int) -> tuple[int, int]:
    """More pairs first; unpaired extras count only once one side is used up."""
    pairs = min(n_double, n_empty)
    used_up = pairs == min(c.most_double, c.most_empty)
    return pairs, (n_double + n_empty if used_up else -n_double - n_empty)


def _explain(c: Candidates, n_double: int, n_empty: int, limit: int) -> str:
    text = f"{size(n_double, c.n_single, n_empty)}"
    if c.wanted is not None:
        whole = size(c.most_double, c.n_single, c.most_empty)
        text += f", cut from {whole}, {_name(c)}"
    text += f": as many occupied and empty pairs as {2 * limit} qubits hold, no shell cut"
    if not c.has_occupations:
        return f"{text}, nearest to the frontier in energy"
    return text + f"; {_occupations(c, n_double, n_empty)}"


def _occupations(c: Candidates, n_double: int, n_empty: int) -> str:
    """Natural occupations on both sides of the edges of a space."""
    first = c.n_core + c.n_double - n_double
    last = c.n_core + c.n_double + c.n_single + n_empty
    inside = c.occupations[first:last]
    outside = [*c.occupations[c.n_core : first][-1:], *c.occupations[last:][:1]]
    text = f"natural occupations inside {inside.max():.3f} to {inside.min():.3f}"
    return text + f", next outside {' and '.join(f'{n:.3f}' for n in outside)}"


def _name(c: Candidates) -> str:
    return c.wanted.name if c.wanted else ""
