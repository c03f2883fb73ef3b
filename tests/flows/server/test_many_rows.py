"""Rows sent as parameters are those that Prefect asked for, by a statement that stays the same."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import create_engine, event, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from flows.server import many_rows


class Base(DeclarativeBase):
    """Of the table below."""


class Thing(Base):
    __tablename__ = "thing"
    number: Mapped[int] = mapped_column(primary_key=True)
    said: Mapped[str | None] = mapped_column(default="nothing")
    inner: Mapped[str | None] = mapped_column("outer")


@pytest.fixture(autouse=True)
def hooked():
    many_rows.send_rows_as_parameters()
    many_rows.send_rows_as_parameters()  # twice is as good as once
    yield
    event.remove(Session, "do_orm_execute", many_rows._as_parameters)


@pytest.fixture
def session():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


@pytest.fixture
def sent(session):
    """Statements, and whether each had many sets of parameters."""
    found = []

    def keep(_conn, _cursor, statement, _parameters, _context, executemany):
        found.append((statement, executemany))

    event.listen(session.get_bind(), "before_cursor_execute", keep)
    return found


def rows(session):
    return session.execute(select(Thing.number, Thing.said, Thing.inner)).all()


def test_each_row_is_there_with_its_defaults_and_column_names(session, sent):
    asked = [{"number": k, "inner": f"in {k}"} for k in range(3)]
    session.execute(insert(Thing).values(asked))
    assert [many for _, many in sent] == [True]
    assert rows(session) == [(k, "nothing", f"in {k}") for k in range(3)]


def test_a_none_is_written_as_it_was_asked_for(session):
    session.execute(insert(Thing).values([{"number": 1, "said": None}, {"number": 2, "said": "a"}]))
    assert rows(session) == [(1, None, None), (2, "a", None)]


def test_statements_of_any_number_of_rows_are_the_same_statement(session, sent):
    for first, last in ((0, 2), (2, 7)):
        session.execute(insert(Thing).values([{"number": k} for k in range(first, last)]))
    (one, _), (two, _) = sent
    assert one == two
    assert len(rows(session)) == 7


def test_what_to_do_with_a_row_that_is_there_already_stays_in_force(session, sent):
    insert_new = sqlite.insert(Thing).on_conflict_do_nothing(index_elements=["number"])
    for said, numbers in (("first", (1, 2)), ("second", (2, 3))):
        session.execute(insert_new.values([{"number": n, "said": said} for n in numbers]))
    assert [many for _, many in sent] == [True, True]
    assert [said for _, said, _ in rows(session)] == ["first", "first", "second"]


def test_a_row_that_leaves_a_column_to_its_default_may_stand_among_others(session):
    session.execute(insert(Thing).values([{"number": 1, "said": "first"}, {"number": 2}]))
    assert rows(session) == [(1, "first", None), (2, "nothing", None)]


def test_rows_that_are_to_come_back_do(session):
    back = session.execute(insert(Thing).values([{"number": 1}, {"number": 2}]).returning(Thing))
    assert [thing.number for thing in back.scalars()] == [1, 2]


def test_one_row_and_other_statements_pass_as_they_are(session, sent):
    session.execute(insert(Thing).values(number=1))
    assert rows(session) == [(1, "nothing", None)]
    assert [many for _, many in sent] == [False, False]


def test_events_and_logs_of_a_server_with_the_hook_are_there(prefect_home):
    """The server of these tests is ours."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    run = str(uuid4())
    logs = [
        {"name": "a", "level": 20, "message": text, "timestamp": "2026-01-01T00:00:00Z"}
        for text in ("one", "two", "three")
    ]
    with get_client(sync_client=True) as client:
        sent = client._client.post("/logs/", json=[{**log, "flow_run_id": run} for log in logs])
        assert sent.is_success, prefect_home
        asked = {"logs": {"flow_run_id": {"any_": [run]}}}
        found = client._client.post("/logs/filter", json=asked).json()
    assert sorted(log["message"] for log in found) == ["one", "three", "two"]
