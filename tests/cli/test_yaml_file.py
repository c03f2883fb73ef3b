import json

import pytest
from typer.testing import CliRunner

from molpipe.cli import app
from molpipe.cli.options import load_reactions, load_settings
from molpipe.cli.yaml_file import read_yaml
from molpipe.errors import InvalidSettings

SETTINGS = """\
basis: sto-3g
conformer:
  refine: none
reactions:
  - name: oxidation
    reactants: {NO: 2, O2: 1}
    products: {"NO2": 2}
"""


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "settings.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_settings_and_reactions_share_a_file(write):
    file = write(SETTINGS)
    settings = load_settings(file, ["max_qubits=8"])
    assert (settings.basis, settings.conformer.refine, settings.max_qubits) == ("sto-3g", "none", 8)
    (reaction,) = load_reactions(file)
    assert reaction.reactants == {"NO": 2.0, "O2": 1.0}  # YAML alone would read NO as false


def test_without_a_file_there_are_defaults_and_no_reactions(write):
    assert load_reactions(None) == ()
    assert read_yaml(write("")) == {}
    assert load_reactions(write("basis: sto-3g\n")) == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("basis: sto-3g\nbasis: 6-31g\n", "'basis' stands twice"),
        (SETTINGS.replace("O2: 1", "NO: 1"), "'NO' stands twice"),
        ("[a, b]: c\n", "a key must be text"),
        ("? {a: b}\n: c\n", "a key must be text"),
        ("- basis\n", "holds a list"),
        ("basis: [\n", "cannot be read"),
        ("!!python/object/apply:os.getcwd []\n", "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(text, complaint, write):
    with pytest.raises(InvalidSettings, match=complaint.replace("[", r"\[")):
        read_yaml(write(text))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "settings.yaml").write_bytes(b"basis: \xff\xfe\n")
    with pytest.raises(InvalidSettings, match="cannot be read"):
        read_yaml(tmp_path / "settings.yaml")


def test_the_schema_of_a_settings_file_knows_reactions():
    said = CliRunner().invoke(app, ["schema", "settings"])
    properties = json.loads(said.stdout)["properties"]
    assert {"basis", "reactions"} <= properties.keys()
