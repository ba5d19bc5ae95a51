"""Declarations and audiences of interests in network files: taken, kept where left out, given back byte by byte."""

import json
from io import BytesIO

import pytest

from network.models import Organization, Tie
from network.transfer.command import as_line
from network.transfer.errors import TransferError
from network.transfer.exporting import network_lines
from network.transfer.importing import import_network

pytestmark = pytest.mark.django_db
ONE = {"type": "organization", "id": "one", "name": "架空 一", "kind": "shinkin_bank", "prefecture": "22"}
TWO = {**ONE, "id": "two", "name": "架空 二", "kind": "local_it_vendor"}
TIE = {"type": "tie", "between": ["one", "two"], "kind": "capital", "since": "2024-04-01"}


def load(*lines):
    return import_network(BytesIO("\n".join(json.dumps(line) for line in lines).encode()))


def exported():
    return "".join(as_line(line) for line in network_lines())


def declared():
    return dict(Organization.objects.values_list("external_id", "ties_declared"))


def test_what_is_declared_is_taken_and_kept_where_a_line_leaves_it_out():
    load({**ONE, "ties_declared": True}, TWO)
    assert declared() == {"one": True, "two": None}
    assert Organization.objects.get(external_id="one").ties_declared_at is not None
    assert Organization.objects.get(external_id="two").ties_declared_at is None
    load(ONE, {**TWO, "ties_declared": False})
    assert declared() == {"one": True, "two": False}
    load({**ONE, "ties_declared": None})
    assert declared() == {"one": None, "two": False}
    assert Organization.objects.get(external_id="one").ties_declared_at is None


def test_a_declaration_that_stays_keeps_its_day():
    load({**ONE, "ties_declared": True})
    before = Organization.objects.get().ties_declared_at
    load({**ONE, "ties_declared": True})
    assert Organization.objects.get().ties_declared_at == before


@pytest.mark.parametrize("said", ["yes", 1, "true", []])
def test_only_true_false_and_null_are_declarations(said):
    with pytest.raises(TransferError, match="ties_declared"):
        load({**ONE, "ties_declared": said})


def test_an_audience_is_taken_kept_and_defaults_to_the_network():
    load(ONE, TWO, TIE)
    assert Tie.objects.get().visibility == "network"
    load({**TIE, "visibility": "labs"})
    load({**TIE, "note": "出資"})
    tie = Tie.objects.get()
    assert (tie.visibility, tie.note, tie.declared_by) == ("labs", "出資", None)


def test_an_unknown_audience_is_refused_by_name():
    with pytest.raises(TransferError, match="visibility"):
        load(ONE, TWO, {**TIE, "visibility": "everybody"})
    assert not Tie.objects.exists()


def test_the_round_trip_gives_the_same_bytes():
    load({**ONE, "ties_declared": True}, {**TWO, "ties_declared": False}, {**TIE, "visibility": "labs"})
    first = exported()
    assert '"ties_declared":true' in first.replace(" ", "")
    assert '"visibility":"labs"' in first.replace(" ", "")
    report = import_network(BytesIO(first.encode()))
    assert all((tally.created, tally.updated) == (0, 0) for tally in report.tallies.values())
    Tie.objects.all().delete()
    Organization.objects.all().delete()
    import_network(BytesIO(first.encode()))
    assert exported() == first
