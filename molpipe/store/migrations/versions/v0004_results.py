"""Results once for all runs that hold them, and what people ask for as columns.

Rows were kept whole in every run, as JSON. Each is taken apart; what no longer can be read
stays as it is, so that ``molpipe db check`` names it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Line = dict[str, Any]

DIGEST = sa.String(64)
MOMENT = sa.DateTime(timezone=True)

KEPT = sa.table(
    "run_rows_0003",
    sa.column("run_id", sa.String),
    sa.column("row", sa.Integer),
    sa.column("name", sa.Text),
    sa.column("key", sa.String),
    sa.column("status", sa.String),
    sa.column("document", sa.Text),
    sa.column("created_at", MOMENT),
)

FACTS: dict[str, tuple[Any, ...]] = {
    "smiles": (sa.Text, "molecule.smiles"),
    "inchikey": (sa.Text, "molecule.inchikey"),
    "formula": (sa.Text, "molecule.formula"),
    "charge": (sa.Integer, "molecule.charge"),
    "multiplicity": (sa.Integer, "molecule.multiplicity"),
    "n_electrons": (sa.Integer, "molecule.n_electrons"),
    "basis": (sa.Text, "problem.basis", "settings.basis"),
    "solvent": (sa.Text, "settings.solvent"),
    "active_space": (sa.Text, "settings.active_space"),
    "orbitals": (sa.Text, "problem.orbitals", "settings.orbitals"),
    "n_alpha": (sa.Integer, "problem.active_electrons.0"),
    "n_beta": (sa.Integer, "problem.active_electrons.1"),
    "n_orbitals": (sa.Integer, "problem.active_orbitals"),
    "n_qubits": (sa.Integer, "problem.n_qubits"),
    "ansatz": (sa.Text, "vqe.ansatz", "settings.ansatz"),
    "mapping": (sa.Text, "vqe.mapping", "settings.mapping"),
    "backend": (sa.Text, "vqe.backend", "settings.backend"),
    "optimizer": (sa.Text, "vqe.optimizer", "settings.optimizer"),
    "start": (sa.Text, "vqe.start", "settings.start"),
    "seed": (sa.Integer, "vqe.seed", "settings.seed"),
    "shots": (sa.Integer, "vqe.shots", "settings.shots"),
    "stderr": (sa.Float, "vqe.stderr"),
    "vqe_status": (sa.Text, "vqe.status"),
    "n_parameters": (sa.Integer, "vqe.n_parameters"),
    "n_evaluations": (sa.Integer, "vqe.n_evaluations"),
    "gradient_norm": (sa.Float, "vqe.gradient_norm"),
    "two_qubit_gates": (sa.Integer, "vqe.two_qubit_gates"),
    "depth": (sa.Integer, "vqe.depth"),
    "vqe_minus_hf_mha": (sa.Float, "comparison.vqe_minus_hf_mha"),
    "vqe_minus_ccsd_mha": (sa.Float, "comparison.vqe_minus_ccsd_mha"),
    "vqe_minus_casci_mha": (sa.Float, "comparison.vqe_minus_casci_mha"),
    "judge": (sa.Text, "comparison.solver.judge"),
    "vqe_minus_judge_mha": (sa.Float, "comparison.solver.vqe_minus_judge_mha"),
    "solver_verdict": (sa.Text, "comparison.solver.verdict"),
    "model_verdict": (sa.Text, "comparison.model.verdict"),
    "correlation_recovered": (sa.Float, "comparison.correlation_recovered"),
    "t1": (sa.Float, "diagnostics.t1"),
    "d1": (sa.Float, "diagnostics.d1"),
    "max_t2": (sa.Float, "diagnostics.max_t2"),
    "flag": (sa.Text, "diagnostics.flag"),
    "interest": (sa.Text, "diagnostics.interest"),
    "vqe_seconds": (sa.Float, "seconds.vqe"),
    "total_seconds": (sa.Float, "seconds.total"),
    "failure_stage": (sa.Text, "failure.stage"),
    "failure_code": (sa.Text, "failure.code"),
    "failure": (sa.Text, "failure.message"),
}
NO_RUN: Line = {
    "row": 0,
    "name": "",
    "input": "",
    "source": {"file": "", "frame": 0},
    "reused": False,
    "duplicate_of": None,
    "series": None,
    "coordinate": None,
    "extra": {},
}


def upgrade() -> None:
    results, energies, documents = _make_tables()
    op.execute("CREATE TABLE run_rows_0003 AS SELECT * FROM run_rows")
    op.create_index("ix_run_rows_0003", "run_rows_0003", ["run_id", "row"])
    op.drop_table("run_rows")
    run_rows = _make_run_rows()
    connection = op.get_bind()
    known: set[str] = set()
    places = connection.execute(sa.select(KEPT.c.run_id, KEPT.c.row)).all()
    for run_id, number in places:
        here = sa.select(KEPT).where(KEPT.c.run_id == run_id, KEPT.c.row == number)
        line = connection.execute(here).one()
        row = _read(line.document)
        document = json.dumps(row | NO_RUN, separators=(",", ":")) if row else line.document
        digest = hashlib.sha256(document.encode()).hexdigest()
        if digest not in known:
            known.add(digest)
            connection.execute(results.insert(), _result(digest, line.key, row))
            connection.execute(documents.insert(), {"result_id": digest, "document": document})
            if found := list(_energies(digest, row)):
                connection.execute(energies.insert(), found)
        connection.execute(run_rows.insert(), _run_row(digest, line, row))
    op.drop_table("run_rows_0003")


def _make_tables() -> list[sa.Table]:
    results = op.create_table(
        "results",
        sa.Column("id", DIGEST, nullable=False),
        sa.Column("key", DIGEST, nullable=True),
        sa.Column("stage_keys", sa.JSON(none_as_null=True), nullable=True),
        *(sa.Column(name, kind, nullable=True) for name, (kind, *_) in FACTS.items()),
        sa.PrimaryKeyConstraint("id", name="pk_results"),
    )
    for name in ("key", "inchikey", "formula", "solver_verdict"):
        op.create_index(f"ix_results_{name}", "results", [name])
    energies = op.create_table(
        "energies",
        sa.Column("result_id", DIGEST, nullable=False),
        sa.Column("space", sa.String(8), nullable=False),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("value", sa.Float, nullable=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("s2", sa.Float, nullable=True),
        sa.PrimaryKeyConstraint("result_id", "space", "method", name="pk_energies"),
        _of_results("energies", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    documents = op.create_table(
        "documents",
        sa.Column("result_id", DIGEST, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("result_id", name="pk_documents"),
        _of_results("documents", ondelete="CASCADE"),
    )
    return [results, energies, documents]


def _make_run_rows() -> sa.Table:
    run_rows = op.create_table(
        "run_rows",
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("row", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("result_id", DIGEST, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reused", sa.Boolean, nullable=False),
        sa.Column("duplicate_of", sa.Integer, nullable=True),
        sa.Column("series", sa.Text, nullable=True),
        sa.Column("coordinate", sa.Float, nullable=True),
        sa.Column("origin", sa.JSON, nullable=False),
        sa.Column("extra", sa.JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "row", name="pk_run_rows"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name="fk_run_rows_run_id", ondelete="CASCADE"
        ),
        _of_results("run_rows"),
    )
    op.create_index("ix_run_rows_result_id", "run_rows", ["result_id"])
    for name in ("name", "series"):
        op.create_index(f"ix_run_rows_{name}", "run_rows", [name], postgresql_using="hash")
    return run_rows


def _of_results(table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_result_id"
    return sa.ForeignKeyConstraint(["result_id"], ["results.id"], name=name, ondelete=ondelete)


def _read(document: str) -> Line:
    try:
        row = json.loads(document)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _result(digest: str, key: str | None, row: Line) -> Line:
    facts = {name: _first(row, paths) for name, (_, *paths) in FACTS.items()}
    return {"id": digest, "key": key, "stage_keys": row.get("stage_keys"), **facts}


def _first(row: Line, paths: Iterable[str]) -> Any:
    found = (reduce(_step, path.split("."), row) for path in paths)
    return next((value for value in found if value is not None), None)


def _step(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    return value[int(name)] if isinstance(value, list) and name.isdigit() else None


def _energies(digest: str, row: Line) -> Iterator[Line]:
    for space in ("active", "full"):
        block = _first(row, (f"energies.{space}",))
        for method, energy in block.items() if isinstance(block, dict) else ():
            if (
                isinstance(energy, dict)
                and energy.get("status", "not-requested") != "not-requested"
            ):
                values = {name: energy.get(name) for name in ("value", "status", "s2")}
                yield {"result_id": digest, "space": space, "method": method, **values}


def _run_row(digest: str, line: Any, row: Line) -> Line:
    source = row.get("source") or NO_RUN["source"]
    return {
        "run_id": line.run_id,
        "row": line.row,
        "result_id": digest,
        "name": line.name,
        "status": line.status,
        "reused": row.get("reused", False),
        "duplicate_of": row.get("duplicate_of"),
        "series": row.get("series"),
        "coordinate": row.get("coordinate"),
        "origin": {"input": row.get("input", ""), **source},
        "extra": row.get("extra", {}),
        "created_at": line.created_at,
    }
