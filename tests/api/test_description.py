"""`/openapi.json` and `/docs`: what a newcomer reads is there, and works."""

from typing import Any

import httpx
import pytest

from lebailleur.database import make_engine
from tests.api.conftest import NOW, TOKEN
from tests.api.serving import served

WRITES = {"post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def address(sqlite_template, tmp_path_factory):
    """One kind of database is enough here."""
    path = tmp_path_factory.mktemp("description") / "lebailleur.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    with served(engine) as url:
        yield url
    engine.dispose()


@pytest.fixture(scope="module")
def described(address) -> dict[str, Any]:
    return httpx.get(f"{address}/openapi.json").json()


def operations(described):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def example(described: dict[str, Any], schema: dict[str, Any]) -> Any:
    """What a schema gives as an example, itself or the one that it refers to."""
    while "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema.get("examples", [None])[0]


def test_only_the_rest_api_is_described(described):
    tags = {each["name"] for each in described["tags"]}
    for name, operation in operations(described):
        assert set(operation["tags"]) <= tags, name
    beginnings = {path.split("/")[1] for path in described["paths"]}
    assert not beginnings & {"simulator", "webhook", "api", "console", "healthz", "readyz", ""}


def test_it_says_how_to_get_a_token_how_lists_come_and_how_errors_look(described):
    said = described["info"]["description"]
    for each in ("Authorization: Bearer", "lebailleur token", "page_size", '"detail"'):
        assert each in said
    assert all(each["description"] for each in described["tags"])


def test_every_operation_needs_a_token_and_says_what_can_go_wrong(described):
    problem = {"$ref": "#/components/schemas/Problem"}
    for name, operation in operations(described):
        schemes = {scheme for each in operation["security"] for scheme in each}
        assert "HTTPBearer" in schemes, name
        assert schemes <= {"HTTPBearer", "code"}, name
        answers = operation["responses"]
        wanted = {"401", "403", "429"}
        if "requestBody" in operation:
            wanted |= {"400", "404", "409", "413", "422"}
        if operation.get("parameters"):
            wanted |= {"404"}
        assert wanted <= answers.keys(), name
        for status, answer in answers.items():
            if status >= "4":
                assert answer["content"]["application/json"]["schema"] == problem, name
        assert "WWW-Authenticate" in answers["401"]["headers"]
    assert "HTTPValidationError" not in described["components"]["schemas"]


def test_papers_are_pdf(described):
    papers = [each for name, each in operations(described) if name.endswith(".pdf")]
    assert len(papers) == 2
    for each in papers:
        assert list(each["responses"]["200"]["content"]) == ["application/pdf"]


def test_every_body_and_id_has_an_example_and_knows_its_fields(described):
    for name, operation in operations(described):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                assert parameter["schema"]["examples"], name
            else:
                assert "anyOf" not in parameter["schema"], name
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            # A body that may be left out may be null.
            schema = schema.get("anyOf", [schema])[0]
            assert example(described, schema), name
            reference = schema["$ref"].rsplit("/", 1)[1]
            assert described["components"]["schemas"][reference]["additionalProperties"] is False


def test_a_newcomer_runs_the_examples_one_after_another(described, address):
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        for path in (
            "/landlords/create/",
            "/properties/",
            "/rent-entities/",
            "/tenants/",
            "/payments/confirm/",
        ):
            body = described["paths"][path]["post"]["requestBody"]["content"]["application/json"]
            answer = client.post(path, json=example(described, body["schema"]))
            assert answer.status_code == 201, answer.text
        parameter = described["paths"]["/receipts/{receipt_number}.pdf"]["get"]["parameters"][0]
        number = parameter["schema"]["examples"][0]
        assert number == answer.json()["receipt_number"], f"{NOW:%Y}"
        paper = client.get(f"/receipts/{number}.pdf")
        assert paper.headers["content-type"] == "application/pdf"
        assert paper.content.startswith(b"%PDF")
        body = described["paths"]["/payments/modify/"]["post"]["requestBody"]["content"]
        answer = client.post(
            "/payments/modify/", json=example(described, body["application/json"]["schema"])
        )
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/properties/", {"GET", "POST"}),
        ("POST", "/properties/1/", {"GET"}),
        ("GET", "/landlords/create/", {"POST"}),
        ("TRACE", "/payments/", {"GET"}),
        ("PUT", "/receipts/L1-2026-0001.pdf", {"GET"}),
    ],
)
def test_a_method_that_is_not_there_is_405_with_those_that_are(address, method, path, allowed):
    answer = httpx.request(method, address + path)
    assert answer.status_code == 405
    assert allowed <= set(answer.headers["allow"].split(", "))
    assert method not in answer.headers["allow"].split(", ")
    assert method in answer.json()["detail"]


def test_an_unknown_path_is_404_in_json(address):
    answer = httpx.get(f"{address}/nothing/here/")
    assert answer.status_code == 404
    assert isinstance(answer.json()["detail"], str)
