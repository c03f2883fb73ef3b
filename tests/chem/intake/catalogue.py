"""What a chemist's batch holds, row by row, and what becomes of it.

From the failures collected from real batches: each case is one row of a CSV whose structure
is a SMILES or a geometry file, and names the code of its refusal or those of its warnings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.chem.intake.blocks import block, placed


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row; ``content`` is what stands in ``file``, None where that is not there.

    ``status`` and ``code`` are those of the finished row; a row that fails in a later stage
    (``late``) is read without complaint. ``warnings`` are those of intake, ``found`` those
    that come when all rows are finished.
    """

    name: str
    smiles: str = ""
    file: str = ""
    content: str | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    status: str = "ok"
    code: str | None = None
    late: bool = False
    warnings: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


def refused(name, smiles, code, **cells):
    return Case(name=name, smiles=smiles, status="refused", code=code, cells=cells)


def late(name, smiles, code, status="refused", warnings=(), **cells):
    return Case(
        name=name,
        smiles=smiles,
        code=code,
        status=status,
        late=True,
        warnings=warnings,
        cells=cells,
    )


def computed(name, smiles, *warnings, found=(), **cells):
    return Case(name=name, smiles=smiles, warnings=warnings, found=found, cells=cells)


def xyz(atoms, comment=""):
    lines = [line.strip() for line in atoms.split(";")]
    return "\n".join([str(len(lines)), comment, *lines]) + "\n"


def bad_geometry(name, content, code, suffix=".xyz"):
    file = name.replace(" ", "-") + suffix
    return Case(name=name, file=file, content=content, status="refused", code=code)


def geometry(name, content, *warnings, suffix=".xyz", found=(), **cells):
    file = name.replace(" ", "-") + suffix
    return Case(name=name, file=file, content=content, warnings=warnings, found=found, cells=cells)


NO_SMILES = [
    refused("nothing", "", "EMPTY"),
    refused("a greeting", "hello", "SMILES_SYNTAX"),
    refused("an open ring", "C1CC", "SMILES_SYNTAX"),
    refused("an open branch", "CC(", "SMILES_SYNTAX"),
    refused("a closed branch", "CC)", "SMILES_SYNTAX"),
    refused("an InChI", "InChI=1S/CH4/h1H4", "SMILES_SYNTAX"),
    refused("an InChIKey", "LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "SMILES_SYNTAX"),
    refused("a reaction", "CCO>>CC=O", "SMILES_SYNTAX"),
    refused("letters and arrows", "A>>B", "SMILES_SYNTAX"),
    refused("a SMARTS list", "[C,N]", "SMILES_SYNTAX"),
    refused("a SMARTS bond", "C~C", "SMILES_SYNTAX"),
    refused("a SMARTS atom", "[#6]-[#8]", "SMILES_SYNTAX"),  # RDKit reads bare atoms
    refused("no element", "[Xx]", "SMILES_SYNTAX"),
    refused("a formula", "H2O", "SMILES_SYNTAX"),
    refused("a file name", "water.xyz", "SMILES_SYNTAX"),
    refused("a broken extension", "CC |foo|", "SMILES_SYNTAX"),
    refused("five bonds", "CC(C)(C)(C)C", "VALENCE"),
    refused("five hydrogens", "[CH5]", "VALENCE"),
    refused("a thousand hydrogens", "[CH1265]", "RDKIT_ERROR"),
    refused("three fluorines on one", "FF(F)F", "VALENCE"),
    refused("imidazole without H", "c1cncn1", "KEKULIZE"),
    refused("aromatic cyclopentadiene", "c1cccc1", "KEKULIZE"),
    refused("cobalt without brackets", "Co", "KEKULIZE"),
    refused("Cyrillic Es", "\u0421CO", "NON_ASCII"),  # RDKit reads methanol
    refused("a minus sign", "CC\u2212", "NON_ASCII"),  # RDKit reads ethane
    refused("Cyrillic es behind", "C\u0441", "NON_ASCII"),  # RDKit reads methane
    refused("a hard space", "CCO\u00a0", "NON_ASCII"),
    refused("a bell", "CC\x07", "NON_ASCII"),  # RDKit reads ethane
    refused("a star", "*CC", "DUMMY_ATOM"),
    refused("a numbered star", "[*:1]CC", "DUMMY_ATOM"),
    refused("an attachment point", "[1*]c1ccccc1", "DUMMY_ATOM"),
    refused("a polymer", "CC |Sg:n:0,1::ht|", "DUMMY_ATOM"),
]

ELECTRONS = [
    refused("a proton", "[H+]", "NO_ELECTRONS"),
    refused("water without electrons", "O", "NO_ELECTRONS", charge="20"),
    refused("water as a doublet", "O", "CHARGE_SPIN_PARITY", multiplicity="2"),
    refused("twelve unpaired in water", "O", "CHARGE_SPIN_PARITY", multiplicity="13"),
    refused("nitric oxide as a singlet", "[N]=O", "CHARGE_SPIN_PARITY", multiplicity="1"),
    refused("a charge in words", "O", "BAD_NUMBER", charge="one"),
    refused("half a charge", "O", "BAD_NUMBER", charge="0.5"),
    refused("a typographic charge", "O", "BAD_NUMBER", charge="\u22121"),
    refused("no multiplicity", "O", "BAD_NUMBER", multiplicity="0"),
    refused("a place in words", "O", "BAD_NUMBER", coordinate="far"),
    refused("a space in words", "O", "BAD_SETTINGS", active_space="lots"),
    computed("oxygen as drawn", "O=O", "SPIN_AMBIGUOUS"),
    computed("oxygen as asked", "O=O", multiplicity="3", active_space="4,4"),
    computed(
        "oxygen with unpaired electrons",
        "[O][O]",
        "SPIN_AMBIGUOUS",
        found=("SAME_INCHIKEY",),
        active_space="4,4",
    ),
    computed("sulphur", "S=S", "SPIN_AMBIGUOUS"),
    computed("a carbon atom", "[C]", "SPIN_AMBIGUOUS", basis="6-31g", active_space="4,5"),
    computed("methylene", "[CH2]", "SPIN_AMBIGUOUS", active_space="4,4"),
    computed("methyl", "[CH3]", active_space="3,3"),
    computed("nitric oxide", "[N]=O", active_space="3,3"),
    computed("helium", "[He]", active_space="full"),
    computed(
        "the water cation",
        "O",
        "CHARGE_MISMATCH",
        "MULTIPLICITY_ASSUMED",
        charge="1",
        active_space="3,3",
    ),
    computed("water with a spin", "O", "NOT_READ", spin="2"),
    computed("hydroxide", "[OH-]", "DIFFUSE_NEEDED", found=("DIFFUSE_NEEDED",)),
    computed("hydroxide, diffuse", "[OH-]", basis="6-31+g"),
]

PARTS = [
    refused("lithium hydride as ions", "[Li+].[H-]", "MULTI_FRAGMENT"),  # RDKit: 0.0 angstrom
    refused("sodium acetate", "CC(=O)[O-].[Na+]", "MULTI_FRAGMENT"),
    refused("acetic acid dihydrate", "CC(=O)O.O.O", "MULTI_FRAGMENT"),
    refused("nicotine hydrochloride", "CN1CCC[C@H]1c1cccnc1.Cl", "MULTI_FRAGMENT"),
    refused("a salt to keep", "CC(=O)[O-].[Na+]", "NEEDS_3D", fragments="keep"),
    refused("a salt to burn", "CC(=O)[O-].[Na+]", "BAD_SETTINGS", fragments="burn"),
    computed("sodium without charge balance", "CO.[Na+]", "MULTI_FRAGMENT", fragments="parent"),
    computed(
        "sodium methanolate", "C[O-].[Na+]", "MULTI_FRAGMENT", "DIFFUSE_NEEDED",
        found=("DIFFUSE_NEEDED",), fragments="parent",
    ),
    computed("zinc left out", "C=C.[Zn+2]", "MULTI_FRAGMENT", fragments="parent"),
]  # fmt: skip

PORPHINE = "C1=CC2=CC3=CC=C4C=C5C=CC6=CC1=N2[Fe](N34)N56"

METALS = [
    refused("ferrocene", "[CH-]1C=CC=C1.[CH-]1C=CC=C1.[Fe+2]", "NEEDS_3D"),
    refused("cisplatin", "N[Pt](N)(Cl)Cl", "NEEDS_3D"),
    refused("cisplatin, dative", "[NH3]->[Pt](Cl)(Cl)<-[NH3]", "NEEDS_3D"),
    refused("platinum dihydride", "[PtH2]", "NEEDS_3D"),
    refused("iron porphine", PORPHINE, "NEEDS_3D"),
    refused("octyllithium", "CCCCCCCC[Li]", "NEEDS_3D"),
    computed("lithium hydride", "[LiH]"),
    computed("beryllium hydride", "[BeH2]"),
    late("hydrogen iodide in 6-31G", "I", "NO_BASIS", basis="6-31g"),
    late("hydrogen iodide in cc-pVDZ", "I", "NO_BASIS", basis="cc-pvdz"),
    late("hydrogen bromide in 6-31G", "Br", "NO_BASIS", basis="6-31g"),
    late("water without its potential", "O", "NO_BASIS", basis="ccecp-cc-pvdz"),
    late("water in a fitting set", "O", "NO_BASIS", basis="def2-svp-ri"),
    late("water in no basis", "O", "NO_BASIS", basis="nonsense"),
    computed("hydrogen iodide", "I", basis="def2-svp"),
]

CAGE = "[C@@]123[C@@]4([H])[C@]1([H])[C@@]2([H])[C@]34[H]"
FULLERENE = (
    "c12c3c4c5c1c1c6c7c2c2c8c3c3c9c4c4c%10c5c5c1c1c6c6c%11c7c2c2c7c8c3c3c8c9c4c4c9c%10c5c5c1c1"
    "c6c6c%11c2c2c7c3c3c8c4c4c9c5c1c1c6c2c3c41"
)

SIZES = [
    refused("101 atoms", "C" * 33, "TOO_LARGE"),
    refused("302 atoms", "C" * 100, "TOO_LARGE"),
    refused("5000 characters", "C" * 5000, "TOO_LARGE"),
    late("a strained cage", CAGE, "EMBED_FAILED", status="failed"),
    late("a fullerene", FULLERENE, "EMBED_FAILED", "failed", **{"conformer.embed_seconds": "1"}),
]

NASTY_NAME = "<script>alert(1)</script> {0} [/b] %s"  # HTML, Python, the terminal, Python

DRAWINGS = [
    computed("water", "O", found=("DUPLICATE",)),
    computed("water again", "O", found=("DUPLICATE",)),
    computed(NASTY_NAME, "O", found=("DUPLICATE",)),
    computed("name behind", "CO methanol", "TRAILING_TEXT", found=("DUPLICATE",)),
    computed("glycine", "NCC(=O)O"),
    computed("glycine zwitterion", "[NH3+]CC(=O)[O-]", "ZWITTERION", found=("SAME_INCHIKEY",)),
    computed("nitromethane", "C[N+](=O)[O-]"),
    computed("carbon monoxide", "[C-]#[O+]"),
    computed("open centre", "CC(O)F", "STEREO_UNDEFINED"),
    computed("stated centre", "C[C@H](O)F"),
    computed("open double bond", "FC=CF", "STEREO_UNDEFINED"),
    computed("stated double bond", "F/C=C/F"),
    computed("cubane", "C12C3C4C1C5C2C3C45"),  # eight flags in RDKit, one isomer
    computed("heavy methanol", "[2H]C([2H])([2H])O", "ISOTOPE"),
    computed("written out", "[H]C([H])([H])[H]"),
    computed("ethyl by extension", "[CH2]C |^1:0|", active_space="3,3"),
]

OH = "O 0 0 0; H 0 0 0.97"
WATER = "O 0 0 0; H 0 0 0.9572; H 0.9266 0 -0.24"
CHAIN = ";".join(f"He {3 * i} 0 0" for i in range(101))
HYDRATE = placed(
    ("C", 0, 0, 0), ("O", 1.42, 0, 0), ("O", 4.0, 0, 0.5), bonds=[(1, 2, 1)]
)  # fmt: skip

GEOMETRIES = [
    geometry("water frame", xyz(WATER)),
    geometry("two parts in a frame", xyz(f"{WATER}; He 0 0 5")),
    geometry("hydroxyl frame", xyz(OH), "MULTIPLICITY_ASSUMED", active_space="3,3"),
    geometry(
        "hydroxyl stated", xyz(OH, "multiplicity=2"), found=("DUPLICATE",), active_space="3,3"
    ),
    geometry("two numbers", xyz(WATER, "0 1"), "NOT_READ", found=("DUPLICATE",)),
    geometry(
        "a crystal", xyz(WATER, 'Lattice="9 0 0 0 9 0 0 0 9"'), "NOT_READ", found=("DUPLICATE",)
    ),
    geometry("deuterium", xyz("D 0 0 0; H 0 0 0.74"), "ISOTOPE"),
    geometry("stretched nitrogen", xyz("N 0 0 0; N 0 0 2.0")),
    geometry("charge over comment", xyz(WATER, "charge=0"), "CHARGE_MISMATCH", charge="2"),
    geometry("drawn record", block("CO"), suffix=".sdf", found=("DUPLICATE",)),
    geometry("placed record", block("CO", three=True), suffix=".sdf"),
    geometry(
        "bare record", block("CO", three=True, hydrogens=False), "HYDROGENS_ADDED",
        suffix=".sdf", found=("SAME_INCHIKEY",),
    ),
    # A frame has no bonds, so nothing says what its parent is.
    geometry("two parts in a frame, parent", xyz(f"{WATER}; He 0 0 6"), fragments="parent"),
    geometry("hydrate record", HYDRATE, "MULTI_FRAGMENT", "HYDROGENS_ADDED", suffix=".sdf"),
    geometry(
        "hydrate parent", HYDRATE, "MULTI_FRAGMENT", "HYDROGENS_ADDED",
        suffix=".sdf", found=("SAME_INCHIKEY",), fragments="parent",
    ),
    geometry(
        "long record", placed(("H", 0, 0, 0), ("H", 0, 0, 1.4), bonds=[(1, 2, 1)]),
        "STRETCHED_BOND", suffix=".sdf",
    ),
    bad_geometry("touching hydrogens", xyz("H 0 0 0; H 0 0 0.49"), "CLASH"),
    bad_geometry("touching nitrogens", xyz("N 0 0 0; N 0 0 0.6"), "CLASH"),
    bad_geometry("carbon on carbon", xyz("C 0 0 0; C 0 0 0"), "CLASH"),
    bad_geometry("Cyrillic carbon", xyz("\u0421 0 0 0; O 0 0 1.1"), "NON_ASCII"),
    bad_geometry("placeholder", xyz("X 0 0 0; O 0 0 1.1"), "DUMMY_ATOM"),
    bad_geometry("not an element", xyz("Zz 0 0 0; O 0 0 1.1"), "BAD_FILE"),
    bad_geometry("element 1999", xyz("0001999 0 0 0"), "BAD_FILE"),
    bad_geometry("no number", xyz("H 0 0 nan; H 0 0 0.74"), "BAD_NUMBER"),
    bad_geometry("Arabic digits", xyz("H 0 0 0; H 0 0 \u0661"), "BAD_NUMBER"),
    bad_geometry("wrong count", "3\n\nH 0 0 0\nH 0 0 0.74\n", "BAD_FILE"),
    bad_geometry("no count", "H 0 0 0\nH 0 0 0.74\n", "BAD_FILE"),
    bad_geometry("no atoms", "0\n\n", "EMPTY"),
    bad_geometry("too many atoms", xyz(CHAIN), "TOO_LARGE"),
    bad_geometry("two frames", xyz(WATER) * 2, "BAD_FILE"),
    bad_geometry("a long line", "1\n" + "a" * 30_000 + "\nHe 0 0 0\n", "BAD_FILE"),
    bad_geometry("an empty file", "", "BAD_FILE"),
    bad_geometry("cut record", "\n".join(block("CO").split("\n")[:5]), "BAD_FILE", ".sdf"),
    bad_geometry("no record", "garbage\n$$$$\n", "BAD_FILE", ".sdf"),
    bad_geometry("nothing but an end", "M  END\n$$$$\n", "BAD_FILE", ".sdf"),
    bad_geometry("no length", placed(("C", 0, 0, 99999)), "BAD_NUMBER", ".sdf"),
    bad_geometry("rest group", block("CC").replace(" C  ", " R# ", 1), "DUMMY_ATOM", ".sdf"),
    bad_geometry("drawn salt", block("CC(=O)[O-].[Na+]"), "MULTI_FRAGMENT", ".sdf"),
    bad_geometry("empty record", placed(), "EMPTY", ".sdf"),
    bad_geometry("over a MiB", xyz(WATER) + "\n" * 2**20, "BAD_FILE"),
    bad_geometry("other suffix", xyz(WATER), "BAD_FILE", ".txt"),
    Case(
        name="platinum chloride", file="ptcl2.xyz", late=True, status="refused", code="NO_BASIS",
        content=xyz("Pt 0 0 0; Cl 2.3 0 0; Cl -2.3 0 0"), warnings=("METAL",),
    ),
    Case(name="missing file", file="missing.xyz", status="refused", code="BAD_FILE"),
    Case(name="climbing file", file="../water.xyz", status="refused", code="BAD_FILE"),
    Case(name="absolute file", file="/etc/passwd", status="refused", code="BAD_FILE"),
    Case(name="both", smiles="O", file="water-frame.xyz", status="refused", code="BAD_FILE"),
]  # fmt: skip

CASES = [*NO_SMILES, *ELECTRONS, *PARTS, *METALS, *SIZES, *DRAWINGS, *GEOMETRIES]
