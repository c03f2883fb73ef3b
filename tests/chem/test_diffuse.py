import pytest

from molpipe.chem.diffuse import lacking_diffuse

# By their authors' names: + and aug- add diffuse functions, so does the final d of def2.
WITHOUT = ("sto-3g", "6-31g*", "6-311g**", "cc-pvdz", "cc-pvqz", "def2-svp", "def2-qzvp", "pc-2")
WITH = (
    "6-31+g*",
    "6-311++g**",
    "aug-cc-pvdz",
    "aug-cc-pvtz",
    "def2-svpd",
    "def2-qzvpd",
    "aug-pc-1",
)


@pytest.mark.parametrize("basis", WITHOUT)
def test_a_valence_set_lacks_them_for_every_element(basis):
    assert lacking_diffuse(["C", "N", "O", "F", "S", "Cl", "H"], basis) == tuple(
        sorted(["C", "N", "O", "F", "S", "Cl"])
    )


@pytest.mark.parametrize("basis", WITH)
def test_an_augmented_set_has_them(basis):
    assert lacking_diffuse(["C", "N", "O", "F", "S", "Cl", "H"], basis) == ()


def test_hydrogen_counts_in_hydride_only():
    assert lacking_diffuse(["H", "O"], "6-31+g*") == ()
    assert lacking_diffuse(["H"], "6-31+g*") == ("H",)
    assert lacking_diffuse(["H"], "6-31++g**") == ()


def test_what_no_basis_covers_is_left_to_others():
    assert lacking_diffuse(["O"], "nonsense") == ()
