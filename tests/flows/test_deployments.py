"""The deployments: what the form shows, what workers import, and prefect.yaml beside them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema

from flows import deployments as ours
from flows import runs
from flows.service.install import install
from flows.service.schedules import Schedules

PREFECT_YAML = Path(__file__).parents[2] / "prefect.yaml"
SCALARS = {"string", "integer", "number", "boolean", "null"}
NEVER = Schedules(nightly=None, weekly=None)


@pytest.fixture(scope="module")
def made():
    return {each.name: each for each in ours.deployments(Schedules())}


def test_they_are_those_that_the_documents_name(made):
    pools = {name: each.work_pool_name for name, each in made.items()}
    assert pools == {
        "molecule-batch": "cpu",
        "nightly-pilot": "cpu",
        "reference-watch": "cpu",
        "quantum-stage": "quantum",
        "batch-share": "cpu",
    }
    assert set(pools.values()) == set(ours.POOLS)


def test_help_is_asked_for_after_everything_else(made):
    """Prefect gives each queue a lower priority than those that were made before it."""
    assert [each.work_queue_name for each in made.values() if each.work_queue_name] == [
        "inbox",
        "help",
    ]


def crons(deployments):
    return {
        each.name: [(entry.schedule.cron, entry.schedule.timezone) for entry in each.schedules]
        for each in deployments
        if each.schedules
    }


def test_schedules_are_as_asked():
    asked = Schedules(nightly="5 3 * * *", weekly=None, timezone="Europe/Berlin")
    assert crons(ours.deployments(asked)) == {"nightly-pilot": [("5 3 * * *", "Europe/Berlin")]}
    assert crons(ours.deployments(NEVER)) == {}


def test_a_worker_imports_every_flow_from_the_installed_package(made):
    for name, each in made.items():
        flow = load_flow_from_entrypoint(each.entrypoint)
        assert isinstance(flow, Flow)
        assert (flow.name, each.flow_name) == (name, name)
        assert each.storage is None


def nodes(schema):
    """Every part of a JSON schema that says what a value is."""
    if isinstance(schema, Mapping):
        if "type" in schema or "anyOf" in schema or "$ref" in schema:
            yield schema
        for part in schema.values():
            yield from nodes(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from nodes(part)


def is_one_field(node):
    """A field of its own in Prefect's form; everything else is an editor for raw JSON."""
    if "$ref" in node:
        return True
    if "anyOf" in node:
        return all(part.get("type") in SCALARS for part in node["anyOf"])
    if node["type"] == "array":
        return "$ref" in node["items"] or node["items"].get("type") in SCALARS
    if node["type"] == "object":
        return bool(node.get("properties")) and node.get("additionalProperties") is not True
    return node["type"] in SCALARS


def test_the_form_has_no_field_of_raw_json(made):
    for each in made.values():
        schema = each._parameter_openapi_schema.model_dump()
        for name, definition in schema["definitions"].items():
            assert definition["additionalProperties"] is False, name
        assert [node for node in nodes(schema["properties"]) if not is_one_field(node)] == []
        assert [node for node in nodes(schema["definitions"]) if not is_one_field(node)] == []
        assert each.enforce_parameter_schema


def test_every_field_of_the_form_is_described_and_has_a_default(made):
    schema = made["molecule-batch"]._parameter_openapi_schema.model_dump()
    assert schema["required"] == []
    for name, definition in schema["definitions"].items():
        for field, node in definition["properties"].items():
            boxed = node.get("$ref", "").removeprefix("#/definitions/")
            described = node | schema["definitions"].get(boxed, {})
            assert described.get("description"), f"{name}.{field}"
            assert "default" in node, f"{name}.{field}"
    positions = [
        node["position"] for node in schema["definitions"]["BatchRequest"]["properties"].values()
    ]
    assert positions == list(range(len(positions)))


def test_the_form_is_that_of_the_flow_and_takes_nothing_else(made):
    for each in made.values():
        form = parameter_schema(load_flow_from_entrypoint(each.entrypoint)).model_dump()
        closed = each._parameter_openapi_schema.model_dump()
        assert closed == form | {"additionalProperties": False}


def test_a_parameter_that_the_flow_does_not_have_is_refused_before_there_is_a_run():
    install(NEVER)

    async def create(client, name, parameters):
        found = await client.read_deployment_by_name(f"{name}/{name}")
        run = await client.create_flow_run_from_deployment(found.id, parameters=parameters)
        await client.delete_flow_run(run.id)
        return found

    async def try_all():
        async with get_client() as client:
            for name in deployed_names:
                await create(client, name, None)
                with pytest.raises(PrefectHTTPStatusError, match="molecules") as caught:
                    await create(client, name, {"molecules": "O"})
                assert caught.value.response.status_code == 409
            await create(client, "molecule-batch", {"request": {"smiles": "O"}})

    deployed_names = ("molecule-batch", "nightly-pilot", "reference-watch")
    asyncio.run(try_all())


def test_no_field_of_the_form_names_a_path_or_an_address(made):
    schema = made["molecule-batch"]._parameter_openapi_schema.model_dump()
    fields = {field for each in schema["definitions"].values() for field in each["properties"]}
    assert not fields & {"path", "file", "folder", "database", "url", "out", "home", "host"}


def test_prefect_yaml_describes_the_same(made):
    described = yaml.safe_load(PREFECT_YAML.read_text(encoding="utf-8"))
    assert described["pull"] == [], "a worker imports, and needs no clone"
    found = [
        {
            "name": each.name,
            "description": each.description,
            "entrypoint": each.entrypoint,
            "work_pool": {"name": each.work_pool_name}
            | ({"work_queue_name": each.work_queue_name} if each.work_queue_name else {}),
            "tags": each.tags,
        }
        | (
            {"schedules": [{"cron": c, "timezone": z} for c, z in crons([each])[each.name]]}
            if each.schedules
            else {}
        )
        for each in made.values()
    ]
    assert described["deployments"] == found


@pytest.mark.slow
def test_prefect_deploys_the_same(prefect_home, monkeypatch):
    """By its own command, in a clone, to a server that knows nothing of molpipe but its pools."""
    install(Schedules())
    made = deployed()
    for each in made.values():
        forget(each["id"])
    monkeypatch.setenv("PREFECT_API_URL", prefect_home)
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    said = subprocess.run(
        command, cwd=PREFECT_YAML.parent, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert {name: essence(each) for name, each in deployed().items()} == {
        name: essence(each) for name, each in made.items()
    }


def deployed():
    """The deployments of a server, as its API gives them."""

    async def read():
        async with get_client() as client:
            found = await client.read_deployments(deployment_filter=runs.OURS)
        return {each.name: each.model_dump(mode="json") for each in found}

    return asyncio.run(read())


def forget(deployment):
    async def delete():
        async with get_client() as client:
            await client.delete_deployment(UUID(deployment))

    asyncio.run(delete())


def essence(deployment):
    """What says how a deployment runs; ids, moments and numbers of versions do not."""
    names = (
        *(
            "work_queue_name",
            "name",
            "description",
            "entrypoint",
            "work_pool_name",
            "tags",
            "parameters",
            "path",
        ),
        *("parameter_openapi_schema", "enforce_parameter_schema", "job_variables", "paused"),
    )
    form = deployment["parameter_openapi_schema"]
    form.pop("additionalProperties", None)  # Prefect's own command does not say it
    schedules = [(each["active"], each["schedule"]) for each in deployment["schedules"]]
    steps = deployment["pull_steps"] or []
    return {name: deployment[name] for name in names} | {"schedules": schedules, "steps": steps}


def test_the_recovery_waits_for_more_than_one_heartbeat():
    trigger = ours.recovery().trigger
    assert trigger.within.total_seconds() > 2 * ours.HEARTBEAT_SECONDS
    assert {
        f"prefect.flow-run.{end}" for end in ("Completed", "Failed", "Cancelled", "Crashed")
    } < (trigger.expect)
