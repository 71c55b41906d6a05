"""The service against its own description: generated requests, good and bad, with and without a token.

Hundreds of cases here; thousands with --max-examples, as docs/performance.md tells how to run it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from labmoves_api.access import Scope, TokenFile
from labmoves_api.settings import Settings

pytest.importorskip("schemathesis")

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = os.environ.get("LABMOVES_FUZZ_EXAMPLES", "3")


def test_every_operation_field_and_parameter_is_described_with_an_example(server):
    spec = server.json("/openapi.json")
    operations = [one for path in spec["paths"].values() for one in path.values()]
    assert all(one["operationId"] and one["summary"] and one["description"] for one in operations)
    assert len({one["operationId"] for one in operations}) == len(operations)
    parts = [(one["operationId"], each, each["schema"]) for one in operations for each in one.get("parameters", ())]
    for name, schema in spec["components"]["schemas"].items():
        parts += [(f"{name}.{field}", each, each) for field, each in schema.get("properties", {}).items()]
    plain = ('"examples"', '"$ref"', '"enum"', '"const"', '"boolean"', '"default": ')
    assert [
        where for where, part, schema in parts if not part.get("description") and '"$ref"' not in json.dumps(schema)
    ] == []
    assert [where for where, part, schema in parts if not any(word in json.dumps(part) for word in plain)] == []


@pytest.mark.parametrize("scope", [None, Scope.ADMIN], ids=["without token", "with token"])
def test_generated_requests_find_no_server_error_and_no_undescribed_answer(tmp_path, make_store, serve, scope):
    store = make_store(tmp_path / "store")
    with serve(Settings(store=store, costly_per_minute=10**6, queue_length=10**6, sparql_seconds=1.0)) as site:
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{site.url}/openapi.json", "--checks", CHECKS]
        command += ["--phases", "examples,fuzzing", "--max-examples", EXAMPLES, "--seed", "1", "--no-color"]
        if scope is not None:
            token = TokenFile(Settings(store=store).token_file).create("fuzz", [scope])
            command += ["-H", f"Authorization: Bearer {token}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
    assert "passed" in done.stdout
