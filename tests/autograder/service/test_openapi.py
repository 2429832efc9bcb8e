"""The documented API is the running one: the same addresses and methods, and answers as the file describes them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from autograder import service

from ...conftest import SLUG
from .conftest import Notebook
from .server import ADA, TEACHER, Server

DOCUMENT = json.loads((Path(service.__file__).parent / "openapi.json").read_text("utf-8"))
KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
BODIES = {
    "change_terms": {"attempts": 5},
    "regrade": {"student": "nobody-yet"},
    "extend": {"hours": 1},
    "give_back": {"attempts": 1},
}


def faults(value: Any, schema: dict[str, Any], where: str = "") -> list[str]:
    """Returns how a value differs from a schema."""
    if "$ref" in schema:
        return faults(value, DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]], where)
    if "oneOf" in schema:
        tried = [faults(value, option, where) for option in schema["oneOf"]]
        return [] if [] in tried else tried[-1]
    found = _of_kind(value, schema, where)
    if isinstance(value, dict) and not found:
        known, other = schema.get("properties", {}), schema.get("additionalProperties", True)
        found += [f"{where}: no {name}" for name in schema.get("required", ()) if name not in value]
        for name, item in value.items():
            if name in known or isinstance(other, dict):
                found += faults(item, known.get(name, other), f"{where}.{name}")
            elif not other:
                found.append(f"{where}: {name} is not described")
    if isinstance(value, list):
        found += [fault for item in value for fault in faults(item, schema.get("items", {}), f"{where}[]")]
    return found


def _of_kind(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    kinds = schema.get("type", [])
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and (kind == "number" or (kind == "integer" and isinstance(value, int))):
            break
        if isinstance(value, KINDS.get(kind, ())):
            break
    else:
        return [f"{where}: {value!r} is not {kinds}"] if kinds else []
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is not one of {schema['enum']}"]
    return []


@pytest.mark.parametrize(
    ("value", "schema", "words"),
    [
        ({"error": {"code": "x"}}, "Error", "no message"),
        ({"status": "gone", "known": 0}, "Health", "not one of"),
        ({"left": "5", "of": 5, "next": None}, "Left", "is not"),
        ({"left": 5, "of": 5, "next": None, "more": 1}, "Left", "more is not described"),
    ],
)
def test_an_answer_that_differs_is_found(value: Any, schema: str, words: str) -> None:
    (fault,) = faults(value, {"$ref": f"#/components/schemas/{schema}"})
    assert words in fault


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, about) for path, methods in DOCUMENT["paths"].items() for method, about in methods.items()]


def test_every_answer_is_as_described(server: Server, notebook: Notebook) -> None:
    key = server.graded(ADA, notebook(remark="for the description"))["id"]
    places = {"assignment": SLUG, "id": key, "student": "nobody-yet"}
    for path, method, about in operations():
        if about["operationId"] == "hand_in":
            answer = server.hand_in(ADA, notebook(remark="once more"))
        elif about["operationId"] in OTHERS:
            continue
        else:
            address = re.sub(r"\{(\w+)\}", lambda match: places[match[1]], path)
            who = TEACHER if "/teach/" in path else ADA
            answer = server.ask(who, method.upper(), address, BODIES.get(about["operationId"]))
        described = about["responses"][str(answer.status)]
        assert answer.status < 300, (path, answer.body)
        if "content" in described:
            assert faults(answer.tree, described["content"]["application/json"]["schema"], path) == []


OTHERS = {about["operationId"] for path, _, about in operations() if "/exchange" in path}  # test_exchange.py


def test_every_refusal_is_as_described(server: Server) -> None:
    for path, method, about in operations():
        if about.get("security") == []:
            continue
        address = re.sub(
            r"\{(\w+)\}", lambda match: {"id": "0" * 32, "page": "0" * 32, "number": "1"}.get(match[1], SLUG), path
        )
        answer = server.ask(None, method.upper(), address)
        assert answer.status == 401
        assert faults(answer.tree, about["responses"]["401"]["content"]["application/json"]["schema"], path) == []


def test_every_address_of_the_api_is_described() -> None:
    source = (Path(service.__file__).parent / "app.py").read_text("utf-8")
    one, two = r"assignments/{assignment}", r"assignments/{assignment}/{student}"
    found = set()
    for text in re.findall(r'\(rf?"(api/v1/[^"]*)"', source):
        address = text.replace("{one}", one).replace("{two}", two).replace("\\.", ".").replace("([0-9a-f]{32})", "{id}")
        address = re.sub(r"(releases|submissions)/\(\[\^/\]\+\)", r"\1/{assignment}", address)
        address = address.replace("([0-9]{1,12})", "{number}").replace("([0-9a-f]{32,128})", "{page}")
        found.add(f"/{address}")
    assert found == set(DOCUMENT["paths"])
