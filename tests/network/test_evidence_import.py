"""What a network file says of confidence and evidence, and that it says the same when it goes out again."""

import json
from io import BytesIO

import pytest

from network import actions
from network.believing.evidence import confidence_of
from network.models import Capability, Organization, Rating, User
from network.transfer.command import as_line
from network.transfer.errors import TransferError
from network.transfer.exporting import network_lines
from network.transfer.importing import import_network

pytestmark = pytest.mark.django_db
THEN = "2026-06-01T09:00:00+09:00"
LATER = "2026-07-01T09:00:00+09:00"


def load(*ratings, **options):
    organization = {
        "type": "organization", "id": "a", "name": "架空 A", "kind": "shinkin_bank", "prefecture": "22",
        "ratings": [{"capability": "pmo", "level": 3, **rating} for rating in ratings],
    }  # fmt: skip
    return import_network(BytesIO(json.dumps(organization).encode()), **options).tallies["organization"]


def pmo():
    return Rating.objects.select_related("organization").get(capability__code="pmo")


class TestStated:
    def test_a_line_that_states_neither_counts_in_full(self):
        load({})
        assert pmo().stated_confidence == 1.0
        assert confidence_of(pmo()) == 1.0

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ({"confirmed_at": THEN}, None),
            ({"confirmed_at": None}, None),
            ({"confirmed_at": THEN, "confidence": 0.8}, 0.8),
            ({"confirmed_at": THEN, "confidence": None}, None),
            ({"confidence": 0.8}, 0.8),
            ({"confidence": None}, None),
            ({"confidence": 1}, 1.0),
        ],
    )
    def test_else_as_written_and_computed_where_it_says_nothing(self, said, expected):
        load(said)
        assert pmo().stated_confidence == expected

    @pytest.mark.parametrize(
        "first", [{}, {"confidence": 0.8}, {"confirmed_at": THEN}, {"confirmed_at": THEN, "confidence": 0.8}]
    )
    def test_an_unchanged_line_keeps_its_own(self, first):
        load(first)
        before = Rating.objects.values().get()
        assert load({}).updated == 0
        assert load(first).updated == 0
        assert Rating.objects.values().get() == before

    def test_a_new_confirmation_ends_what_was_stated_unless_stated_again(self):
        load({"confirmed_at": THEN, "confidence": 0.8})
        assert load({"confirmed_at": THEN}).updated == 0
        load({"confirmed_at": LATER})
        assert pmo().stated_confidence is None
        load({"confirmed_at": THEN, "confidence": 0.6})
        assert pmo().stated_confidence == 0.6

    def test_another_level_is_a_new_statement(self):
        load({"confirmed_at": THEN})
        load({"level": 4})
        assert pmo().stated_confidence == 1.0

    def test_what_a_file_stated_ends_when_the_organization_confirms(self):
        load({"confidence": 0.8})
        editor = User.objects.create(email="editor@example.jp")
        organization = Organization.objects.get()
        organization.memberships.create(user=editor, role="editor")
        actions.confirm(organization, capability=Capability.objects.get(code="pmo"), by=editor)
        assert confidence_of(pmo()) == 0.7

    @pytest.mark.parametrize("bad", [0, -0.1, 1.01, "0.8", True, 10**400, [], {}])
    def test_other_values_are_refused_by_line_and_field(self, bad):
        with pytest.raises(TransferError) as error:
            load({"confidence": bad})
        assert "confidence" in str(error.value)
        assert not Organization.objects.exists()

    @pytest.mark.parametrize("bad", ["a\nb", "x" * 401, 5, "\0"])
    def test_so_is_evidence_that_is_no_line_of_text(self, bad):
        with pytest.raises(TransferError) as error:
            load({"evidence": bad})
        assert "evidence" in str(error.value)


class TestRoundTrip:
    def test_both_keys_go_out_and_come_back_to_the_byte(self):
        load(
            {"confirmed_at": THEN, "confidence": 0.8, "evidence": "https://example.jp/proof"},
            {"capability": "rfp", "confirmed_at": THEN},
            {"capability": "inventory"},
            {"capability": "crm", "level": 0, "stance": "weakness", "evidence": "社内の声"},
        )
        out = "".join(as_line(line) for line in network_lines()).encode()
        [line] = [json.loads(line) for line in out.splitlines() if b'"organization"' in line]
        said = {rating["capability"]: (rating["confidence"], rating["evidence"]) for rating in line["ratings"]}
        assert said == {
            "pmo": (0.8, "https://example.jp/proof"),
            "rfp": (None, ""),
            "inventory": (1.0, ""),
            "crm": (1.0, "社内の声"),
        }
        report = import_network(BytesIO(out))
        assert all((tally.created, tally.updated) == (0, 0) for tally in report.tallies.values())
        Organization.objects.all().delete()
        import_network(BytesIO(out))
        assert "".join(as_line(line) for line in network_lines()).encode() == out

    def test_evidence_is_part_of_what_a_line_says(self):
        load({"evidence": "前"})
        assert load({"evidence": "前"}).updated == 0
        assert load({"evidence": "後"}).updated == 1
        assert pmo().evidence == "後"
