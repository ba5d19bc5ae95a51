"""The vocabulary over HTTP."""

import pytest

from network.codes import KINDS, sources
from network.models import Capability
from tests.api.conftest import READERS

pytestmark = pytest.mark.django_db
LISTS = {
    "capabilities": "capabilities", "areas": "capability_areas", "phases": "phases",
    "organization_kinds": "organization_kinds", "industries": "industries", "prefectures": "prefectures",
    "stages": "digital_stages", "demand_layers": "demand_layers", "tlp_labels": "tlp_labels",
    "rating_levels": "rating_levels", "process_phases": "process_phases", "activities": "activities",
    "bank_steps": "bank_steps", "bpo_areas": "bpo_areas", "credentials": "credentials",
}  # fmt: skip


@pytest.fixture
def taxonomy(client):
    return client.get("/api/v1/taxonomy").json()


@pytest.mark.parametrize("reader", READERS)
def test_everyone_reads_it(world, reader):
    assert world.client(reader).get("/api/v1/taxonomy").status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_its_source_and_names_in_two_languages(taxonomy, name):
    shown, said = taxonomy[name], sources()[f"{LISTS[name]}.csv"]
    assert {key: shown[key] for key in ("title", "version", "source")} == {
        key: said[key] for key in ("title", "version", "source")
    }
    assert shown["entries"]
    assert all(entry["code"] and entry["name_ja"] and entry["name_en"] for entry in shown["entries"])


def test_there_are_no_other_lists(taxonomy):
    assert set(taxonomy) == set(LISTS)


def test_what_some_entries_say_besides(taxonomy):
    kinds = {entry["code"]: entry["primary_doctor"] for entry in taxonomy["organization_kinds"]["entries"]}
    assert kinds["shinkin_bank"] is True
    assert kinds["university"] is False
    assert set(kinds) == set(KINDS)
    parents = {entry["code"]: entry["parent"] for entry in taxonomy["industries"]["entries"]}
    assert (parents["E"], parents["09"]) == (None, "E")
    regions = {entry["code"]: entry["regions"] for entry in taxonomy["prefectures"]["entries"]}
    assert regions["22"] != regions["13"]
    assert regions["22"]["meti_bureau"] == regions["13"]["meti_bureau"]
    [pmo] = [entry for entry in taxonomy["capabilities"]["entries"] if entry["code"] == "pmo"]
    assert pmo["area"] == "governance"
    assert pmo["synonyms"]
    assert pmo["definition"].endswith("。")
    assert pmo["definition_en"].endswith(".")
    assert pmo["custom"] is False


def test_who_has_the_answer_already_is_told_so(client):
    first = client.get("/api/v1/taxonomy")
    again = client.get("/api/v1/taxonomy", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Capability.objects.create(code="x-100", name_ja="追加", name_en="Added", is_custom=True)
    changed = client.get("/api/v1/taxonomy", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["capabilities"]["entries"][-1]["custom"] is True
