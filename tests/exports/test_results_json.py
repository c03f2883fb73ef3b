"""results.json comes back as it was written, or is refused with a reason."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from molpipe.errors import CorruptRecord, InvariantError, SchemaTooNew
from molpipe.exports import results_json
from tests.sample_results import answered, failures_only, related_results, sample_results


@pytest.mark.parametrize("results", [sample_results(), failures_only()])
def test_what_is_written_is_read(results, tmp_path):
    path = tmp_path / "results.json"
    results_json.write(results, path)
    assert results_json.read(path) == results


def test_every_digit_and_every_character_survives(tmp_path):
    row = answered("Wasser 水 \udcff \u0000 \"'", casci=-75.0 - 2**-45)
    results = replace(sample_results(), rows=(row,))
    results_json.write(results, tmp_path / "results.json")
    assert results_json.read(tmp_path / "results.json").rows == (row,)


def test_keys_stand_in_document_order():
    document = json.loads(results_json.to_json(sample_results()))
    blocks = ["schema_version", "batch", "rows", "reactions", "rankings", "series"]
    assert list(document) == blocks
    assert list(document["rows"][0])[:4] == ["row", "name", "input", "source"]
    assert list(document["rows"][0]["energies"]["active"])[:3] == ["hf", "mp2", "ccsd"]


def test_what_compares_rows_is_written_and_read(tmp_path):
    results = related_results()
    assert all((results.reactions, results.rankings, results.series))
    results_json.write(results, tmp_path / "results.json")
    assert results_json.read(tmp_path / "results.json") == results


def test_a_document_of_rows_alone_is_read(tmp_path):
    document = json.loads(results_json.to_json(sample_results()))
    older = {key: document[key] for key in ("schema_version", "batch", "rows")}
    (tmp_path / "results.json").write_text(json.dumps(older))
    assert results_json.read(tmp_path / "results.json") == sample_results()


def test_numpy_scalars_are_written_as_numbers():
    row = replace(answered(), coordinate=np.float64(0.74), reused=np.bool_(True))
    text = results_json.to_json(replace(sample_results(), rows=(row,)))
    assert json.loads(text)["rows"][0]["coordinate"] == 0.74
    assert json.loads(text)["rows"][0]["reused"] is True


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), np.float64("-inf")])
def test_a_number_that_is_none_names_its_row_and_field(bad, tmp_path):
    row = answered("spoilt")
    row = replace(row, row=3, comparison=replace(row.comparison, vqe_minus_hf_mha=bad))
    with pytest.raises(InvariantError, match=r"row 3 \(spoilt\)\.comparison\.vqe_minus_hf_mha"):
        results_json.write(replace(sample_results(), rows=(row,)), tmp_path / "results.json")
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "results.json"
    results_json.write(sample_results(), path)
    before = path.read_bytes()

    def no_space(source, target):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", no_space)
    with pytest.raises(OSError, match="no space"):
        results_json.write(failures_only(), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_newer_schema_is_refused(tmp_path):
    path = tmp_path / "results.json"
    results_json.write(replace(sample_results(), schema_version=99), path)
    with pytest.raises(SchemaTooNew, match="99"):
        results_json.read(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"schema_version": "1"}',
        '{"schema_version": true, "batch": {}, "rows": []}',
        '{"schema_version": 1, "batch": null, "rows": []}',
        "[" * 100_000,
    ],
)
def test_garbage_is_refused(text, tmp_path):
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(CorruptRecord, match=r"results\.json"):
        results_json.read(path)


def test_half_a_file_and_nan_in_a_file_are_refused(tmp_path):
    path = tmp_path / "results.json"
    text = results_json.to_json(sample_results())
    for spoilt in (text[: len(text) // 2], text.replace('"seconds": 204.0', '"seconds": NaN')):
        assert spoilt != text
        path.write_text(spoilt)
        with pytest.raises(CorruptRecord):
            results_json.read(path)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "results.json"
    path.write_bytes(b"\x80\x81\x82")
    with pytest.raises(CorruptRecord):
        results_json.read(path)


def test_the_schema_describes_every_field_of_a_row():
    schema = results_json.schema()
    document = json.loads(results_json.to_json(sample_results()))
    assert set(schema["properties"]) == set(document)
    assert set(schema["$defs"]["Row"]["properties"]) == set(document["rows"][0])
