"""Geometries: untouched where given, sane where made, the same every time."""

import logging
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from pyscf import dft, gto
from rdkit.Chem import rdDistGeom

from molpipe.chem.conformer import embed
from molpipe.chem.intake.entry import Fields
from molpipe.chem.intake.record import make_record
from molpipe.chem.intake.smiles_file import smiles_structure
from molpipe.errors import ConformerError, UnsupportedMolecule
from molpipe.model.molecule import Geometry, MoleculeRecord
from molpipe.model.settings import ConformerSettings, Settings

STO_3G = Settings(basis="sto-3g")
FORCE_FIELD = Settings(conformer=ConformerSettings(refine="none"))

BOND = 5e-3
"""[angstrom] Optimisers stop at a gradient, not at a length; tables print three decimals."""

EMBED_SECONDS = 3
"""Several times what the embedding of this file's longest chain takes [s]."""


def molecule(smiles, **cells):
    return make_record(smiles_structure(smiles), Fields(**cells), "test")[0]


def bond(geometry, i=0, j=1):
    return float(np.linalg.norm(geometry.coordinates[i] - geometry.coordinates[j]))


def test_given_coordinates_are_untouched():
    given = Geometry(
        symbols=("N", "N"), coordinates=[[0, 0, 0], [0, 0, 9]], charge=0, multiplicity=1, origin=""
    )
    record = MoleculeRecord(
        smiles=None,
        inchikey=None,
        formula="N2",
        charge=0,
        multiplicity=1,
        n_electrons=14,
        geometry=given,
    )
    assert embed(record, STO_3G) is given


@pytest.mark.parametrize(
    ("smiles", "basis", "multiplicity", "length"),
    [
        ("N#N", "6-31g*", "1", 1.078),  # NIST CCCBDB, HF/6-31G*, r(NN)
        ("[H][H]", "sto-3g", "1", 0.712),  # NIST CCCBDB, HF/STO-3G, r(HH)
        ("C=O", "6-31g*", "1", 1.184),  # NIST CCCBDB, HF/6-31G*, r(CO)
    ],
)
def test_small_molecules_are_refined_to_the_hartree_fock_bond(smiles, basis, multiplicity, length):
    geometry = embed(molecule(smiles, multiplicity=multiplicity), Settings(basis=basis))
    assert bond(geometry) == pytest.approx(length, abs=BOND)
    assert geometry.origin.endswith(f"optimised at RHF/{basis}")


def test_the_force_field_alone_gets_nitrogen_wrong():
    geometry = embed(molecule("N#N"), FORCE_FIELD)
    assert bond(geometry) > 1.4  # why small molecules are refined: 1.098 by experiment
    assert geometry.origin == "ETKDGv3 + MMFF94"


def test_uff_stands_in_where_mmff_has_no_parameters():
    assert embed(molecule("[H][H]"), FORCE_FIELD).origin == "ETKDGv3 + UFF"


def test_open_shells_are_refined_with_rohf():
    geometry = embed(molecule("[CH3]"), STO_3G)
    assert geometry.origin.endswith("optimised at ROHF/sto-3g")
    assert geometry.multiplicity == 2
    # The methyl radical is planar: the carbon lies in the plane of its hydrogens.
    carbon, *hydrogens = geometry.coordinates
    normal = np.cross(hydrogens[1] - hydrogens[0], hydrogens[2] - hydrogens[0])
    height = (carbon - hydrogens[0]) @ normal / np.linalg.norm(normal)
    assert abs(height) < 0.05


@pytest.mark.parametrize("smiles", ["O", "CC(=O)Nc1ccc(O)cc1"])
def test_the_same_input_gives_the_same_geometry(smiles):
    first, second = embed(molecule(smiles), STO_3G), embed(molecule(smiles), STO_3G)
    np.testing.assert_array_equal(first.coordinates, second.coordinates)
    np.testing.assert_array_equal(first.coordinates, np.round(first.coordinates, 6))


def test_the_seed_decides_the_conformer():
    first = embed(molecule("CCCCO"), FORCE_FIELD)
    other = embed(molecule("CCCCO"), FORCE_FIELD.with_overrides({"seed": "8"}))
    assert not np.array_equal(first.coordinates, other.coordinates)


@pytest.mark.slow
def test_larger_molecules_are_refined_only_on_request():
    assert embed(molecule("CCC"), STO_3G).origin == "ETKDGv3 + MMFF94"
    asked = STO_3G.with_overrides({"conformer.refine": "hf"})
    assert embed(molecule("CCC"), asked).origin.endswith("optimised at RHF/sto-3g")


@pytest.mark.slow
@pytest.mark.parametrize(("smiles", "field"), [("[H][H]", dft.RKS), ("[BeH]", dft.UKS)])
def test_density_functional_theory_finds_the_minimum_of_its_energy(smiles, field):
    settings = STO_3G.with_overrides({"conformer.refine": "dft"})
    geometry = embed(molecule(smiles), settings)
    level = "PBE0" if geometry.multiplicity == 1 else "UPBE0"
    assert geometry.origin.endswith(f"optimised at {level}/sto-3g")

    def energy(length):
        atoms = f"{geometry.symbols[0]} 0 0 0; {geometry.symbols[1]} 0 0 {length}"
        mole = gto.M(atom=atoms, basis="sto-3g", spin=geometry.multiplicity - 1, verbose=0)
        return field(mole, xc="pbe0").kernel()

    length = bond(geometry)
    assert energy(length) < min(energy(length - BOND), energy(length + BOND))


def test_a_molecule_that_falls_apart_is_no_longer_the_one_drawn():
    """Two parallel electrons do not bind; the optimiser goes where it must."""
    with pytest.raises(ConformerError) as caught:
        embed(molecule("[H][H]", multiplicity="3"), STO_3G)
    assert caught.value.code == "STRETCHED_BOND"
    assert "H1-H2" in caught.value.message


def test_an_optimisation_that_does_not_converge_leaves_the_force_field(monkeypatch):
    monkeypatch.setattr("molpipe.chem.conformer.refinement._OPTIMISER_STEPS", 1)
    geometry = embed(molecule("N#N"), STO_3G)
    assert geometry.origin == "ETKDGv3 + MMFF94 (RHF/sto-3g optimisation did not converge)"
    assert bond(geometry) > 1.4


@pytest.mark.parametrize("smiles", ["[He]", "[Fe]", "[H]"])
def test_a_single_atom_needs_no_embedding(smiles):
    geometry = embed(molecule(smiles), STO_3G)
    assert geometry.origin == "single atom"
    np.testing.assert_array_equal(geometry.coordinates, np.zeros((1, 3)))


def test_a_strained_cage_is_refused_with_the_cause():
    with pytest.raises(ConformerError) as caught:
        embed(molecule("[C@@]123[C@@]4([H])[C@]1([H])[C@@]2([H])[C@]34[H]"), FORCE_FIELD)
    assert caught.value.code == "EMBED_FAILED"
    assert "first minimization" in caught.value.message


@pytest.mark.slow
def test_an_embedding_out_of_time_is_refused_and_says_so(monkeypatch):
    """It gets no other start: the load of a machine must not decide on a geometry."""
    limits = {"conformer.candidates": "200", "conformer.embed_seconds": "0.5"}
    embed_with_rdkit, random_starts = rdDistGeom.EmbedMultipleConfs, []

    def recorded(drawing, count, parameters):
        random_starts.append(parameters.useRandomCoords)
        return embed_with_rdkit(drawing, count, parameters)

    monkeypatch.setattr(rdDistGeom, "EmbedMultipleConfs", recorded)
    with pytest.raises(ConformerError, match="timeout"):
        embed(molecule("C" * 32), FORCE_FIELD.with_overrides(limits))
    assert not any(random_starts)


EMBED = f"""
import sys, numpy
from rdkit import Chem
from molpipe.chem.conformer.embedding import lowest_conformer
from molpipe.model.settings import Settings
settings = Settings().with_overrides({{"conformer.embed_seconds": "{EMBED_SECONDS}"}})
drawing = Chem.AddHs(Chem.MolFromSmiles("{"C" * 20}"))
print("begins", flush=True)
coordinates, origin = lowest_conformer(drawing, settings)
print(origin, coordinates.tolist())
"""


@pytest.mark.slow
def test_the_time_in_which_a_process_is_suspended_changes_no_geometry():
    """RDKit's own limit is of wall time; where it was hit another start was tried."""

    def embedded(suspend):
        command = [sys.executable, "-c", EMBED]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout.readline() == "begins\n"
            if suspend:
                time.sleep(0.1)
                process.send_signal(signal.SIGSTOP)
                time.sleep(EMBED_SECONDS + 1)
                process.send_signal(signal.SIGCONT)
            return process.communicate()[0]

    assert embedded(suspend=True) == embedded(suspend=False) != ""


def test_a_basis_that_lacks_an_element_is_named_before_the_refinement():
    with pytest.raises(UnsupportedMolecule) as caught:
        embed(molecule("I"), Settings(basis="6-31g"))
    assert caught.value.code == "NO_BASIS"


def test_nothing_is_printed_and_no_logger_is_changed(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = list(logging.getLogger().handlers)
    embed(molecule("O"), STO_3G)
    assert logging.getLogger().handlers == before
    assert capfd.readouterr() == ("", "")
    assert not list(tmp_path.iterdir())
