import numpy as np
import pytest

from molpipe.analysis.curves import curves_of
from molpipe.chem.intake import read_batch
from molpipe.desk.scanning import scan_molecule
from molpipe.errors import InputError
from molpipe.exports import results_json
from molpipe.model.settings import Settings
from molpipe.pipeline import run_series, units
from molpipe.stages import perform_here
from tests.sample_results import sample_results
from tests.tolerances import VARIATIONAL

HERE = Settings().with_overrides({"conformer.refine": "none"})
N2 = "molecules/geometries/n2.xyz"


def scan(molecule, folder, kinds, values, *, name="", settings=HERE, **variants):
    return scan_molecule(
        molecule, kinds, values, variants=variants, settings=settings, folder=folder, name=name
    )


def test_every_point_in_every_variant_is_a_row_of_a_batch_that_is_read(tmp_path):
    path = scan(
        N2, tmp_path, {"bond": "1-2"}, "1.0:1.4:3", basis=["sto-3g", "6-31g(d,p)"],
        ansatz=["uccsd", "adapt"], active_space=["4,4"],
    )  # fmt: skip
    rows = read_batch(path).rows
    assert len(rows) == 3 * 2 * 2
    assert all(row.failure is None and row.series == "N2" for row in rows)
    assert len({row.name for row in rows}) == len(rows)
    assert [row.coordinate for row in rows[:3]] == pytest.approx([1.0, 1.2, 1.4])
    assert {row.overrides["basis"] for row in rows} == {"sto-3g", "6-31g(d,p)"}
    assert rows[0].extra == {"scan": "bond N1-N2 [angstrom]"}
    spans = [np.ptp(row.molecule.geometry.coordinates, axis=0).max() for row in rows[:3]]
    assert spans == pytest.approx([1.0, 1.2, 1.4])


def test_charge_and_multiplicity_go_along(tmp_path):
    (row, *_) = read_batch(scan("[CH3]", tmp_path, {"bond": "1-2"}, "1.1,1.3")).rows
    assert (row.molecule.charge, row.molecule.multiplicity) == (0, 2)


def test_without_a_coordinate_the_settings_alone_are_scanned(tmp_path):
    rows = read_batch(scan("[H][H]", tmp_path, {}, None, ansatz=["uccsd", "adapt"])).rows
    assert [row.name for row in rows] == ["H2 uccsd", "H2 adapt"]
    assert {row.series for row in rows} == {None}


@pytest.mark.parametrize(
    ("molecule", "kinds", "values", "variants", "said"),
    [
        ("not a molecule", {}, None, {}, "SMILES|structure|read"),
        (N2, {"bond": "1-2", "angle": "1-2-3"}, "1,2", {}, "one coordinate"),
        (N2, {"bond": "1-2"}, None, {}, "no values"),
        (N2, {}, "1,2", {}, "no coordinate"),
        (N2, {"bond": "1-2"}, "0.2,1.0", {}, "0.2 angstrom"),
        (N2, {"bond": "1-2"}, "1.0,1.1", {"basis": ["sto-3g", "no-such"]}, "no-such"),
        (N2, {"bond": "1-2"}, "1.0,1.1", {"ansatz": ["uccsdx"]}, "ansatz"),
        (N2, {"bond": "1-2"}, "1.0,1.1", {"active_space": ["9"]}, "active_space"),
        ("molecules/geometries/textbook.xyz", {}, None, {}, "holds"),
    ],
)
def test_what_cannot_be_scanned_is_one_line_and_leaves_no_file(
    molecule, kinds, values, variants, said, tmp_path
):
    with pytest.raises(InputError, match=said) as caught:
        scan(molecule, tmp_path / "out", kinds, values, **variants)
    assert "\n" not in caught.value.line
    assert not (tmp_path / "out").exists()


def test_a_batch_that_is_there_is_not_overwritten(tmp_path):
    scan(N2, tmp_path, {"bond": "1-2"}, "1.0,1.1")
    with pytest.raises(InputError, match="there already"):
        scan(N2, tmp_path, {"bond": "1-2"}, "1.0,1.1")


@pytest.mark.slow
def test_a_scan_of_h6_becomes_a_curve_with_one_space_and_one_judge(tmp_path):
    """Through the pipeline and results.json: two ansaetze, the same Hamiltonian at each point."""
    chain = tmp_path / "h6.xyz"
    atoms = "".join(f"H 0 0 {0.9 * i:.2f}\n" for i in range(6))
    chain.write_text(f"6\nname=H6\n{atoms}")
    settings = Settings().with_overrides(
        {"basis": "sto-3g", "active_space": "6,6", "nevpt2": "none", "full_space": "none"}
    )
    ansaetze = ["uccsd", "upccgsd"]
    path = scan(
        str(chain), tmp_path, {"stretch": ""}, "0.8:1.2:3", settings=settings, ansatz=ansaetze
    )
    rows = [
        row
        for unit in units(read_batch(path, settings).rows)
        for row in run_series(unit, settings, lambda row: perform_here)
    ]
    results = sample_results()
    document = type(results)(batch=results.batch, rows=tuple(rows))
    results_json.write(document, tmp_path / "results.json")
    (curve,) = curves_of(results_json.read(tmp_path / "results.json"))
    assert curve.judge == "CASCI"
    assert list(curve.rows) == ["UCCSD-VQE", "UPCCGSD-VQE"]
    for label in curve.rows:
        errors = [e for e in curve.errors_mha[label] if e is not None]
        assert min(errors) > -1e3 * VARIATIONAL
    assert {row.problem.active_orbitals for row in rows} == {6}
    for number in range(3):
        keys = {row.stage_keys["problem"] for row in rows[number::3]}
        assert len(keys) == 1
    exact = curve.energies["CASCI"]
    assert exact[1] < min(exact[0], exact[2])  # the bond of the chain is near 1 angstrom
