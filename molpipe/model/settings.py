"""The settings of a run: one model for command line, YAML, batch columns and Prefect form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema

from molpipe.errors import InvalidSettings
from molpipe.model.solvents import Solvent

NOT_BUILT: Mapping[str, tuple[str, ...]] = {
    "backend": ("density-matrix", "trajectories", "ibm", "google", "braket", "ionq", "quantinuum"),
}
"""Names that the interface reserves and this version refuses with that reason."""

SPACE_PATTERN = re.compile(r"(?P<electrons>[1-9]\d*)\s*,\s*(?P<orbitals>[1-9]\d*)")
ATOMS_PATTERN = re.compile(r"(?P<kind>atoms|bond):(?P<atoms>[1-9]\d*(?:[,-][1-9]\d*)*)")

SPACES = 'auto, full, "electrons,orbitals" such as "6,6", pi, "atoms:1,2" or "bond:1-2"'


class NamedSpace(NamedTuple):
    """An active space in a chemist's words; atoms are counted from 1, rising."""

    kind: Literal["pi", "atoms", "bond"]
    atoms: tuple[int, ...] = ()


def _refuse_unbuilt(setting: str) -> BeforeValidator:
    def check(value: object) -> object:
        if isinstance(value, str):
            value = value.strip().lower()
            if value in NOT_BUILT[setting]:
                raise ValueError(f"{value!r} is not built yet")
        return value

    return BeforeValidator(check)


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _only_none(what: str, *, default: str | None) -> BeforeValidator:
    def check(value: object) -> object:
        if _lower(value) not in (None, "", "none"):
            raise ValueError(f"{what} is not built yet; leave it out")
        return default

    return BeforeValidator(check)


def _active_space(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(f"write {SPACES}")
    text = re.sub(r"\s*([,:-])\s*", r"\1", value.strip().lower())
    if text in ("auto", "full", "pi"):
        return text
    if ATOMS_PATTERN.fullmatch(text):
        return _named_atoms(text)
    match = SPACE_PATTERN.fullmatch(text.strip("()"))
    if match is None:
        raise ValueError(f"write {SPACES}, got {value!r}")
    electrons, orbitals = int(match["electrons"]), int(match["orbitals"])
    if electrons > 2 * orbitals:
        raise ValueError(f"{electrons} electrons do not fit into {orbitals} orbitals")
    return f"{electrons},{orbitals}"


def _named_atoms(text: str) -> str:
    """Atoms of a named space once each and rising, so that one space has one spelling."""
    kind, _, numbers = text.partition(":")
    atoms = sorted({int(number) for number in re.split("[,-]", numbers)})
    if kind == "bond" and len(atoms) != 2:
        raise ValueError(f'a bond has two atoms, such as "bond:1-2", got {text!r}')
    return f"{kind}:{('-' if kind == 'bond' else ',').join(map(str, atoms))}"


def _solvent(value: object) -> str:
    if _lower(value) in (None, "", "none"):
        return "none"
    return str(Solvent.parse(str(value)))


Lower = BeforeValidator(_lower)
Fragments = Literal["refuse", "parent", "keep"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ConformerSettings(_Frozen):
    """How a geometry is made where the input has none."""

    model_config = ConfigDict(title="Conformer")

    refine: Annotated[Literal["auto", "none", "hf", "dft"], Lower] = Field(
        "auto",
        description="Optimise in the run's basis at Hartree-Fock or, for dft, with PBE0; auto is "
        "hf up to 8 atoms and none beyond.",
    )
    candidates: int = Field(
        8, ge=1, le=200, description="Conformers that are embedded; the lowest is used."
    )
    embed_seconds: float = Field(
        20.0,
        gt=0,
        title="Embedding [s]",
        description="Processor time that the embedding of a molecule may take [s].",
    )


class LimitSettings(_Frozen):
    """What one molecule may use. Limits never change a number, so no content key holds them."""

    model_config = ConfigDict(title="Limits")

    seconds: float = Field(
        3600.0, gt=0, title="Wall Time [s]", description="Wall time per molecule [s]."
    )
    memory_gb: float = Field(
        8.0,
        ge=1,
        title="Memory [GB]",
        description="Resident memory per calculation [GB]; libraries take 0.4 of it.",
    )
    threads: int = Field(1, ge=1, description="Threads per calculation.")


class Settings(_Frozen):
    """Everything that a row can be computed with; every field has a default."""

    basis: Annotated[str, Lower] = Field(
        "6-31g*", min_length=1, description="Any basis set PySCF knows."
    )
    fragments: Annotated[Fragments, Lower] = Field(
        "refuse",
        description="Salts, hydrates and mixtures: refuse, compute the parent alone, or keep all "
        "parts, which needs coordinates.",
    )
    frozen_core: bool = Field(True, description="Leave the chemical core out of the correlation.")
    active_space: Annotated[str, BeforeValidator(_active_space)] = Field(
        "auto", description=f"{SPACES}; atoms count from 1 in the row's geometry."
    )
    max_qubits: int = Field(
        12, ge=4, le=32, description="Largest space [qubits] where its size is not given."
    )
    orbitals: Annotated[
        Literal["mp2-natural", "canonical", "avas", "pi", "uhf-natural", "casscf"], Lower
    ] = Field("mp2-natural", description="Which orbitals the active space is cut from.")
    full_space: Annotated[Literal["auto", "none", "mp2", "ccsd", "ccsd_t"], Lower] = Field(
        "auto",
        description="Classical methods outside the active space; auto estimates the cost first.",
    )
    nevpt2: Annotated[Literal["auto", "none"], Lower] = Field(
        "auto",
        title="NEVPT2",
        description="NEVPT2 on CASCI and on the VQE state; auto estimates the cost first.",
    )
    baseline: Annotated[
        Literal["none", "b3lyp-d3bj", "pbe0-d3bj", "pbe0-d4", "r2scan-d4"], Lower
    ] = Field(
        "none",
        description="Density functional with dispersion, in a column of its own; never a judge.",
    )
    mapping: Annotated[Literal["jordan-wigner", "bravyi-kitaev", "parity"], Lower] = Field(
        "jordan-wigner", description="Fermions to qubits."
    )
    ansatz: Annotated[
        Literal["uccsd", "upccgsd", "puccd", "adapt", "lucj", "hardware-efficient"], Lower
    ] = Field("uccsd", description="The variational circuit.")
    layers: int = Field(
        1, ge=1, description="Layers of upccgsd (its k), lucj and hardware-efficient."
    )
    connectivity: Annotated[Literal["square", "heavy-hex", "all"], Lower] = Field(
        "square", description="Which orbitals lucj couples; all is UCJ."
    )
    adapt_gradient: float = Field(
        1e-3,
        gt=0,
        title="ADAPT Gradient [Ha]",
        description="ADAPT is done below this norm of its pool's gradient [Ha].",
    )
    adapt_operators: int = Field(
        200, ge=1, title="ADAPT Operators", description="Operators that ADAPT may add."
    )
    start: Annotated[Literal["ccsd", "mp2", "zero"], Lower] = Field(
        "ccsd", description="Start parameters; falls back to mp2 where CCSD diverges."
    )
    backend: Annotated[Literal["sector", "cirq", "qsim"], _refuse_unbuilt("backend")] = Field(
        "sector", description="The simulator that runs the circuit."
    )
    optimizer: Annotated[Literal["l-bfgs"], Lower] = Field(
        "l-bfgs", description="The classical optimiser."
    )
    gradient_tolerance: float = Field(
        1e-5,
        gt=0,
        lt=1,
        title="Gradient Tolerance [Ha]",
        description="Converged below this norm of the scaled gradient [Ha].",
    )
    max_iterations: int = Field(200, ge=1, description="Optimiser iterations.")
    restarts: int = Field(
        0, ge=0, le=100, description="Optimise again from perturbed parameters, keep the lowest."
    )
    seed: int = Field(7, ge=0, lt=2**31, description="Seed of everything random.")
    solvent: Annotated[str, BeforeValidator(_solvent)] = Field(
        "none",
        description="none, or a dielectric continuum such as ddcosmo:water or iefpcm:78.36; "
        "electrostatic part only.",
    )
    shots: SkipJsonSchema[Annotated[None, _only_none("sampling with shots", default=None)]] = Field(
        None, exclude=True, description="Exact expectation values only so far."
    )
    conformer: ConformerSettings = ConformerSettings()
    limits: LimitSettings = LimitSettings()

    @model_validator(mode="after")
    def _keeps_the_sector(self) -> Self:
        if self.ansatz == "hardware-efficient" and self.backend == "sector":
            raise ValueError(
                "the hardware-efficient circuit leaves the particle-number sector, and the sector "
                "backend holds nothing else: use backend cirq or qsim"
            )
        return self

    @model_validator(mode="after")
    def _finds_the_named_space(self) -> Self:
        chosen, named = self.orbitals, self.named_space
        if named and (chosen == "uhf-natural" or (chosen == "pi" and named.kind != "pi")):
            raise ValueError(
                f"active_space {self.active_space} is looked for among Hartree-Fock orbitals, "
                f"which orbitals = {chosen} are not: leave out one of the two"
            )
        return self

    @property
    def named_space(self) -> NamedSpace | None:
        """The space where the chemist described it: pi, atoms or a bond."""
        kind, _, atoms = self.active_space.partition(":")
        if kind == "pi":
            return NamedSpace("pi")
        if kind == "bond":
            return NamedSpace("bond", tuple(int(atom) for atom in atoms.split("-")))
        if kind == "atoms":
            return NamedSpace("atoms", tuple(int(atom) for atom in atoms.split(",")))
        return None

    @property
    def explicit_space(self) -> tuple[int, int] | None:
        """(electrons, orbitals) where the chemist named them, else None."""
        match = SPACE_PATTERN.fullmatch(self.active_space)
        return (int(match["electrons"]), int(match["orbitals"])) if match else None

    @property
    def continuum(self) -> Solvent | None:
        """The solvent, None in the gas phase."""
        return None if self.solvent == "none" else Solvent.parse(self.solvent)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Settings from nested values, as a YAML file holds them.

        Raises:
            InvalidSettings: names the first setting that is wrong, its value and why.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise _as_invalid_settings(error) from None

    def with_overrides(self, overrides: Mapping[str, Any]) -> Self:
        """These settings with some changed, by dotted key (``conformer.refine``).

        Raises:
            InvalidSettings: for an unknown key or a bad value.
        """
        if not overrides:
            return self
        values: dict[str, Any] = self.model_dump()
        for dotted, value in overrides.items():
            *groups, key = dotted.strip().lower().split(".")
            place = values
            for group in groups:
                place = place.setdefault(group, {})
                if not isinstance(place, dict):
                    raise InvalidSettings(f"unknown setting {dotted!r}", hint=_KNOWN)
            place[key] = value
        return type(self).parse(values)


def setting_keys(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[str]:
    """Every settings key, dotted (``conformer.refine``)."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from setting_keys(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


_KNOWN = "known settings: " + ", ".join(setting_keys())


def _as_invalid_settings(error: ValidationError) -> InvalidSettings:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return InvalidSettings(f"unknown setting {key!r}", hint=_KNOWN)
    reason = first["msg"].removeprefix("Value error, ")
    if not key:
        return InvalidSettings(reason)
    return InvalidSettings(
        f"setting {key} = {first['input']!r}: {reason}",
        hint="molpipe schema settings prints every setting with its range",
    )
