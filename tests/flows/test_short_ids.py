"""Ids of runs, as short as they can be told apart."""

from __future__ import annotations

from uuid import uuid4

import pytest

from flows.short_ids import SHORTEST, shortened

ALIKE = [f"019c0000000{digit}" + "0" * 20 for digit in "abc"]


def test_ids_that_begin_alike_get_the_characters_that_it_takes():
    assert shortened(ALIKE) == {each: each[:12] for each in ALIKE}


@pytest.mark.parametrize("ids", [[], ALIKE[:1], ALIKE[:1] * 2, ["a" * 32, "b" * 32]])
def test_others_get_no_more_than_usual(ids):
    assert shortened(ids) == {each: each[:SHORTEST] for each in ids}


def test_none_is_shorter_than_it_may_be():
    ids = [uuid4().hex for _ in range(200)]
    short = shortened(ids)
    assert all(each.startswith(short[each]) for each in ids)
    assert len(set(short.values())) == len(ids)
