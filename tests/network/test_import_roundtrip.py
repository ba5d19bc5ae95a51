"""Export and import are each other's inverse."""

import json
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.demo import demo_network
from network.models import Capability, Collaboration, Lab, LabArea, Organization, Tie, User
from network.transfer.command import as_line
from network.transfer.exporting import network_lines
from network.transfer.importing import import_network

pytestmark = pytest.mark.django_db


def exported():
    return "".join(as_line(line) for line in network_lines()).encode()


def forget():
    """An empty registry, as after `migrate`."""
    for model in (Collaboration, Tie, Organization, User):
        model.objects.all().delete()
    Capability.objects.filter(is_custom=True).delete()
    Lab.objects.filter(name="架空湖畔ラボ").delete()


def load(lines):
    return import_network(BytesIO("\n".join(json.dumps(line) for line in lines).encode()))


@pytest.fixture
def everything():
    load(demo_network())
    load(
        [
            {"type": "capability", "code": "x-1", "name_ja": "独自", "definition": "定義",
             "definition_en": "Definition.", "synonyms": ["別名"]},
            {"type": "lab", "name": "架空湖畔ラボ", "prefecture": "22", "round": 4, "areas": ["22", "22138"]},
            {"type": "organization", "id": "z", "name": "架空 Z", "kind": "university", "municipality": "22131",
             "corporate_number": "7000012050002", "labs": ["架空湖畔ラボ"], "availability": 0.25, "active": False,
             "about": "一行目\n二行目", "ratings": [{"capability": "x-1", "level": 3, "note": "𠮷\U000e0100"}]},
        ]
    )  # fmt: skip


def test_an_export_imported_again_changes_nothing(everything):
    before = list(Organization.objects.order_by("pk").values())
    report = import_network(BytesIO(exported()))
    assert all((tally.created, tally.updated) == (0, 0) for tally in report.tallies.values())
    assert report.tallies["organization"].unchanged == Organization.objects.count() > 300
    assert list(Organization.objects.order_by("pk").values()) == before


def test_an_export_into_an_empty_registry_exports_the_same_bytes(everything):
    first = exported()
    forget()
    import_network(BytesIO(first))
    assert exported() == first


def test_organizations_stand_in_the_order_of_their_ids(everything):
    lines = [json.loads(line) for line in exported().splitlines()]
    ids = [line["id"] for line in lines if line["type"] == "organization"]
    assert ids == sorted(ids)
    assert [line["type"] for line in lines[:3]] == ["capability", "lab", "organization"]


def test_built_in_labs_are_left_out_until_they_differ(everything):
    assert sum(json.loads(line)["type"] == "lab" for line in exported().splitlines()) == 1
    LabArea.objects.create(lab=Lab.objects.get(name="藤枝市"), prefecture="22", municipality_id="22213")
    changed = [json.loads(line) for line in exported().splitlines() if b'"type":"lab"' in line]
    assert {line["name"] for line in changed} == {"架空湖畔ラボ", "藤枝市"}


def test_no_password_travels(everything):
    person = User.objects.get(email="editor@example.jp")
    person.set_password("correct horse battery")
    person.save()
    assert person.password.encode() not in exported()
    assert b"password" not in exported()


def test_the_command_writes_to_a_file_and_to_standard_output_alike(everything, tmp_path):
    out = StringIO()
    call_command("export_network", stdout=out)
    call_command("export_network", tmp_path / "network.jsonl")
    assert (tmp_path / "network.jsonl").read_bytes() == out.getvalue().encode() == exported()
    assert [path.name for path in tmp_path.iterdir()] == ["network.jsonl"]


visible = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs"]), min_size=1, max_size=20)
identifier = visible.filter(lambda text: not set(text) & set("/?#%\\"))
share = st.none() | st.floats(0, 1)
ratings = st.lists(
    st.fixed_dictionaries(
        {"capability": st.sampled_from(["pmo", "rfp", "inventory"]), "level": st.integers(0, 4)},
        optional={"stance": st.sampled_from(["strength", "neutral", "weakness"]), "note": visible},
    ),
    unique_by=lambda rating: rating["capability"],
)
organizations = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just("organization"),
            "id": identifier,
            "name": visible,
            "kind": st.sampled_from(["shinkin_bank", "university"]),
            "prefecture": st.just("22"),
        },
        optional={
            "municipality": st.sampled_from([None, "22131", "22138"]),
            "industries": st.lists(st.sampled_from("AEH"), unique=True),
            "service_area": st.fixed_dictionaries(
                {"prefectures": st.lists(st.sampled_from(["22", "47"]), unique=True)}
            ),
            "labs": st.lists(st.sampled_from(["静岡県", "藤枝市"]), unique=True),
            "availability": share,
            "exposure": share,
            "max_requirements": st.none() | st.integers(1, 100),
            "ratings": ratings,
            "active": st.booleans(),
        },
    ),
    unique_by=lambda line: line["id"],
    min_size=1,
    max_size=4,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=organizations)
def test_whatever_can_be_imported_survives_the_round_trip(lines, db):
    forget()
    load(lines)
    first = exported()
    assert import_network(BytesIO(first)).tallies["organization"].unchanged == len(lines)
    forget()
    import_network(BytesIO(first))
    assert exported() == first
