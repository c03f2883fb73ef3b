"""The tables, as the newest migration leaves them (a test compares the two)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UTCDateTime(TypeDecorator[datetime]):
    """A moment with a time zone, stored in UTC: SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a column of this type gives."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; a moment without a zone is refused."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With its zone again."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Every table; constraints have names, so that a migration can change them."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text}
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
        }
    )


class StageResult(Base):
    """What one stage computed, under its content key."""

    __tablename__ = "stage_results"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    stage: Mapped[str] = mapped_column(String(32))
    payload: Mapped[bytes]
    seconds: Mapped[float]
    versions: Mapped[dict[str, str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Run(Base):
    """One batch that was begun, and perhaps finished."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    source_sha256: Mapped[str] = mapped_column(String(64))
    columns: Mapped[dict[str, str]] = mapped_column(JSON)
    n_rows: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seconds: Mapped[float | None]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    versions: Mapped[dict[str, str]] = mapped_column(JSON)


def _fact(*paths: str, index: bool = False) -> Any:
    """A column with what stands at the first of these places of a row that was reached."""
    return mapped_column(index=index, info={"paths": paths})


class Result(Base):
    """What came of a row, once for all runs that hold it: what people ask for, as columns.

    ``id`` is the SHA-256 of its document, ``key`` its content key: results with one key agree
    in all that decides the numbers, but may have taken another time. Each fact says where in a
    row of results.json it stands.
    """

    __tablename__ = "results"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str | None] = mapped_column(String(64), index=True)
    stage_keys: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))

    smiles: Mapped[str | None] = _fact("molecule.smiles")
    inchikey: Mapped[str | None] = _fact("molecule.inchikey", index=True)
    formula: Mapped[str | None] = _fact("molecule.formula", index=True)
    charge: Mapped[int | None] = _fact("molecule.charge")
    multiplicity: Mapped[int | None] = _fact("molecule.multiplicity")
    n_electrons: Mapped[int | None] = _fact("molecule.n_electrons")

    basis: Mapped[str | None] = _fact("problem.basis", "settings.basis")
    solvent: Mapped[str | None] = _fact("settings.solvent")
    active_space: Mapped[str | None] = _fact("settings.active_space")
    orbitals: Mapped[str | None] = _fact("problem.orbitals", "settings.orbitals")
    n_alpha: Mapped[int | None] = _fact("problem.active_electrons.0")
    n_beta: Mapped[int | None] = _fact("problem.active_electrons.1")
    n_orbitals: Mapped[int | None] = _fact("problem.active_orbitals")
    n_qubits: Mapped[int | None] = _fact("problem.n_qubits")

    ansatz: Mapped[str | None] = _fact("vqe.ansatz", "settings.ansatz")
    mapping: Mapped[str | None] = _fact("vqe.mapping", "settings.mapping")
    backend: Mapped[str | None] = _fact("vqe.backend", "settings.backend")
    optimizer: Mapped[str | None] = _fact("vqe.optimizer", "settings.optimizer")
    start: Mapped[str | None] = _fact("vqe.start", "settings.start")
    seed: Mapped[int | None] = _fact("vqe.seed", "settings.seed")
    shots: Mapped[int | None] = _fact("vqe.shots", "settings.shots")
    stderr: Mapped[float | None] = _fact("vqe.stderr")
    vqe_status: Mapped[str | None] = _fact("vqe.status")
    n_parameters: Mapped[int | None] = _fact("vqe.n_parameters")
    n_evaluations: Mapped[int | None] = _fact("vqe.n_evaluations")
    gradient_norm: Mapped[float | None] = _fact("vqe.gradient_norm")
    two_qubit_gates: Mapped[int | None] = _fact("vqe.two_qubit_gates")
    depth: Mapped[int | None] = _fact("vqe.depth")

    vqe_minus_hf_mha: Mapped[float | None] = _fact("comparison.vqe_minus_hf_mha")
    vqe_minus_ccsd_mha: Mapped[float | None] = _fact("comparison.vqe_minus_ccsd_mha")
    vqe_minus_casci_mha: Mapped[float | None] = _fact("comparison.vqe_minus_casci_mha")
    judge: Mapped[str | None] = _fact("comparison.solver.judge")
    vqe_minus_judge_mha: Mapped[float | None] = _fact("comparison.solver.vqe_minus_judge_mha")
    solver_verdict: Mapped[str | None] = _fact("comparison.solver.verdict", index=True)
    model_verdict: Mapped[str | None] = _fact("comparison.model.verdict")
    correlation_recovered: Mapped[float | None] = _fact("comparison.correlation_recovered")

    t1: Mapped[float | None] = _fact("diagnostics.t1")
    d1: Mapped[float | None] = _fact("diagnostics.d1")
    max_t2: Mapped[float | None] = _fact("diagnostics.max_t2")
    flag: Mapped[str | None] = _fact("diagnostics.flag")
    interest: Mapped[str | None] = _fact("diagnostics.interest")

    vqe_seconds: Mapped[float | None] = _fact("seconds.vqe")
    total_seconds: Mapped[float | None] = _fact("seconds.total")
    failure_stage: Mapped[str | None] = _fact("failure.stage")
    failure_code: Mapped[str | None] = _fact("failure.code")
    failure: Mapped[str | None] = _fact("failure.message")


class Energy(Base):
    """One energy [Ha] of a result; a method that nobody asked for has no line."""

    __tablename__ = "energies"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    result_id: Mapped[str] = mapped_column(
        ForeignKey("results.id", ondelete="CASCADE"), primary_key=True
    )
    space: Mapped[str] = mapped_column(String(8), primary_key=True)
    method: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[float | None]
    status: Mapped[str] = mapped_column(String(16))
    s2: Mapped[float | None]


class Document(Base):
    """A result in full: a row of results.json with the run's own fields left empty.

    Apart from ``results``, so that to look through these reads little.
    """

    __tablename__ = "documents"

    result_id: Mapped[str] = mapped_column(
        ForeignKey("results.id", ondelete="CASCADE"), primary_key=True
    )
    document: Mapped[str]


class RunRow(Base):
    """One answered row of a run: what is the run's own, and which result it got."""

    __tablename__ = "run_rows"
    # PostgreSQL's usual index holds no text over 2.7 kB, its index of hashes any.
    __table_args__ = (
        Index("ix_run_rows_name", "name", postgresql_using="hash"),
        Index("ix_run_rows_series", "series", postgresql_using="hash"),
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    result_id: Mapped[str] = mapped_column(ForeignKey("results.id"), index=True)
    name: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))
    reused: Mapped[bool]
    duplicate_of: Mapped[int | None]
    series: Mapped[str | None]
    coordinate: Mapped[float | None]
    origin: Mapped[dict[str, Any]] = mapped_column(JSON)
    extra: Mapped[dict[str, str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class StoredBatch(Base):
    """A batch that was sent to the service; ``archive`` is a zip of its files."""

    __tablename__ = "batches"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Text, index=True)
    source: Mapped[str] = mapped_column(Text)
    main: Mapped[str] = mapped_column(Text)
    reactions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    archive: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Lease(Base):
    """A stage that somebody computes now: which owner, a flow run in a process, and its beat."""

    __tablename__ = "leases"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    host: Mapped[str] = mapped_column(Text)
    among: Mapped[str] = mapped_column(Text)
    process: Mapped[int]
    beat: Mapped[int]
    claimed_at: Mapped[datetime] = mapped_column(UTCDateTime)
