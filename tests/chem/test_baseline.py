import pytest
from pyscf import dft

from molpipe.chem import baseline
from molpipe.chem.baseline import baseline_energy
from molpipe.chem.basis import build_molecule
from molpipe.model.settings import Settings
from tests import tolerances
from tests.chem.molecules import atom, diatomic, methyl, water

HELIUM = {"basis": "6-31g", "baseline": "pbe0-d3bj"}


def energy(molecule, **settings):
    return baseline_energy(molecule, Settings(**settings)).energy


def test_it_is_the_functional_and_dispersion_between_the_atoms():
    """Far apart, two atoms attract each other by C6/R^6 and by nothing else."""
    near, far = (dispersion(diatomic("He", "He", length)) for length in (8.0, 10.0))
    assert near < 0
    assert near / far == pytest.approx(1.25**6, rel=0.1)  # C8 and damping
    assert dispersion(atom("He")) == pytest.approx(0, abs=tolerances.EXACT)


def dispersion(molecule):
    """What the baseline adds to PySCF's own PBE0 [Ha]."""
    bare = dft.RKS(build_molecule(molecule, "6-31g"), xc="pbe0")
    return energy(molecule, **HELIUM).value - bare.kernel()


@pytest.mark.parametrize("name", ["b3lyp-d3bj", "pbe0-d4", "r2scan-d4"])
def test_every_functional_has_its_dispersion(name):
    found = energy(water(), basis="sto-3g", baseline=name)
    bare = dft.RKS(build_molecule(water(), "sto-3g"), xc=name.split("-")[0])
    assert -1e-3 < found.value - bare.kernel() < -1e-6


def test_open_shells_are_polarised():
    found = energy(methyl(), basis="sto-3g", baseline="pbe0-d4")
    assert found.status == "ok"
    assert found.s2 == pytest.approx(0.75, abs=0.02)


def test_the_estimate_is_asked_first(monkeypatch):
    monkeypatch.setattr(baseline, "BUDGET_SECONDS", 1e-3)
    found = energy(water(), basis="sto-3g", baseline="pbe0-d4")
    assert found.status == "too-expensive"
    assert "s on one core" in found.reason


def test_what_does_not_converge_says_so(monkeypatch):
    monkeypatch.setattr(dft.rks.RKS, "max_cycle", 1)
    found = energy(water(), basis="sto-3g", baseline="pbe0-d4")
    assert (found.status, found.value is None) == ("unconverged", False)


def test_there_is_none_in_a_solvent():
    found = energy(water(), basis="sto-3g", baseline="pbe0-d4", solvent="ddcosmo:water")
    assert found.status == "not-applicable"
