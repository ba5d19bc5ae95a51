"""The description of the API is valid, complete, and true of the answers."""

import io

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_description_is_valid_and_without_warnings():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_it_is_served_to_everyone(client):
    assert client.get("/api/v1/schema").status_code == 200


def test_every_address_is_described(schema):
    """A new address must be described; this list is what clients may rely on."""
    described = {(path, method) for path, methods in schema["paths"].items() for method in methods}
    ours = {(path.removeprefix("/api/v1/"), method) for path, method in described}
    assert ours - {("search", "get")} == {
        ("access-requests", "get"),
        ("access-requests/{id}/answer", "post"),
        ("cases", "get"),
        ("case-statistics", "get"),
        ("cases/{external_id}", "get"),
        ("cases/{external_id}/access-requests", "post"),
        ("cases/{external_id}/gif", "get"),
        ("cases/{external_id}/attachments", "get"),
        ("cases/{external_id}/attachments/{id}", "get"),
        ("cases/{external_id}/questions", "get"),
        ("cases/{external_id}/questions", "post"),
        ("cases/{external_id}/related", "get"),
        ("cases/{external_id}/sections/{kind}/share", "post"),
        ("cases/{external_id}/similar", "get"),
        ("insights", "get"),
        ("insights", "post"),
        ("needs", "get"),
        ("needs", "post"),
        ("needs/{id}", "get"),
        ("needs/{id}", "put"),
        ("needs/{need}/proposals", "get"),
        ("needs/{need}/proposals", "post"),
        ("needs/{need}/proposals/{id}", "get"),
        ("needs/{need}/proposals/{id}/rerun", "post"),
        ("needs/{need}/runs/{key}", "get"),
        ("needs/{need}/runs/{key}", "delete"),
        ("organizations", "get"),
        ("organizations/facets", "get"),
        ("organizations/{external_id}", "get"),
        ("organizations/{external_id}", "patch"),
        ("organizations/{external_id}/ratings/{code}", "get"),
        ("organizations/{external_id}/ratings/{code}", "put"),
        ("organizations/{external_id}/ratings/{code}", "delete"),
        ("saved-searches", "get"),
        ("saved-searches", "post"),
        ("saved-searches/{id}", "delete"),
        ("taxonomy", "get"),
        ("engagements", "get"),
        ("engagements/{id}", "get"),
        ("engagements/{id}/case", "post"),
        ("engagements/{id}/check-ins/{check_in}", "post"),
        ("engagements/{id}/close", "post"),
        ("engagements/{id}/decisions", "post"),
        ("engagements/{id}/hand-over", "post"),
        ("engagements/{id}/indicators", "post"),
        ("engagements/{id}/phases", "post"),
        ("engagements/{id}/phases/{phase}/parts", "post"),
        ("engagements/{id}/tasks", "post"),
        ("engagements/{id}/tasks/{task}/done", "post"),
        ("invitations", "get"),
        ("invitations/{id}", "get"),
        ("invitations/{id}/accept", "post"),
        ("invitations/{id}/ask", "post"),
        ("invitations/{id}/change", "post"),
        ("invitations/{id}/decline", "post"),
        ("invitations/{id}/queue", "post"),
        ("invitations/{id}/tick", "post"),
        ("rooms", "get"),
        ("rooms/{id}", "get"),
        ("rooms/{id}/events", "get"),
        ("rooms/{id}/messages", "post"),
        ("rooms/{id}/messages/{seq}", "delete"),
        ("rooms/{id}/messages/{seq}", "put"),
        ("rooms/{id}/read", "post"),
        ("teams", "get"),
        ("teams", "post"),
        ("teams/{id}", "get"),
        ("teams/{id}/dissolve", "post"),
        ("teams/{id}/invitations/{invitation}/answer", "post"),
        ("teams/{id}/invitations/{invitation}/withdraw", "post"),
        ("teams/{id}/invite", "post"),
        ("teams/{id}/resolve", "post"),
        ("teams/{id}/seats/{seat}/candidates", "get"),
        ("teams/{id}/seats/{seat}/cover", "post"),
        ("teams/{id}/seats/{seat}/invite", "post"),
        ("teams/{id}/seats/{seat}/waitlist", "post"),
        ("teams/{id}/start", "post"),
        ("teams/{id}/ties", "post"),
    }


def test_every_operation_says_what_it_does_and_how_it_refuses(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), (path, method)
            if method != "get":
                assert {"401", "403", "422"} <= set(operation["responses"]) or method == "delete", (path, method)


def conforms(schema, path, method, response):
    """Fails with the place where an answer differs from its description; keys nobody described are a difference."""
    described = schema["paths"][path][method]["responses"][str(response.status_code)]
    body = closed(described["content"]["application/json"]["schema"])
    validator = Draft202012Validator({**body, "components": closed(schema["components"])})
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(response.json())]
    assert errors == []


def closed(schema):
    """The same schema without room for keys it does not name."""
    if isinstance(schema, list):
        return [closed(inside) for inside in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(inside) for key, inside in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        shut.setdefault("additionalProperties", False)
    return shut


@pytest.mark.parametrize("reader", ["editor", "facilitator", "partner"])
def test_answers_are_as_described(schema, casebook, desk, reader):
    client = desk.client(reader)
    facilitator = desk.client("facilitator")
    made = facilitator.post(f"/api/v1/needs/{desk.need.pk}/proposals")
    conforms(schema, "/api/v1/needs/{need}/proposals", "post", made)
    for path, values in {
        "organizations": {},
        "organizations/{external_id}": {"external_id": "org-hamana"},
        "organizations/{external_id}/ratings/{code}": {"external_id": "org-hamana", "code": "pmo"},
        "cases": {},
        "cases/{external_id}": {"external_id": "case-open"},
        "cases/{external_id}/questions": {"external_id": "case-open"},
        "cases/{external_id}/related": {"external_id": "case-open"},
        "cases/{external_id}/similar": {"external_id": "case-open"},
        "saved-searches": {},
        "insights": {},
        "cases/{external_id}/attachments": {"external_id": "case-open"},
        "taxonomy": {},
        "needs": {},
        "needs/{id}": {"id": desk.need.pk},
        "needs/{need}/proposals": {"need": desk.need.pk},
        "needs/{need}/proposals/{id}": {"need": desk.need.pk, "id": made.json()["id"]},
    }.items():
        response = client.get("/api/v1/" + path.format(**values))
        assert response.status_code in {200, 404}
        conforms(schema, f"/api/v1/{path}", "get", response)


def test_a_refusal_is_as_described(schema, world):
    client = world.client("editor")
    response = client.patch("/api/v1/organizations/org-hamana", {"nothing": 1})
    assert response.status_code == 422
    conforms(schema, "/api/v1/organizations/{external_id}", "patch", response)
