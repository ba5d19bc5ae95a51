"""Cases bear out what their organizations say, as far as the whole network may know who took part."""

import json
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casebook import actions
from casebook.bearing import bearing_out, day_of
from casebook.models import Case, Grant
from casebook.signals import case_changed
from casebook.transfer.importing import import_cases
from casebook.vocabulary import SectionKind
from network.believing.evidence import beliefs
from network.models import Capability, Evidence, Rating
from network.vocabulary import EvidenceKind
from tests.cast import READERS, make_rating, word

pytestmark = pytest.mark.django_db
BEARING = {"case-network", "case-public", "case-lastday", "case-opensnow"}
"""The cast's cases of which the network may read who took part; of them, those that are open today."""
OPEN_TO_EVERYBODY = {"case-public", "case-opensnow"}
CLOSED = ["embargo", "archived", "takendown", "withdrawn", "lapsed"]
"""Cases whose sections accept the network, and that their state closes to everybody outside."""


def references():
    return set(Evidence.objects.filter(kind=EvidenceKind.CASE).values_list("reference", flat=True))


def inventory():
    return Capability.objects.get(code="inventory")


def confidences():
    ratings = list(Rating.objects.select_related("capability"))
    return {pk: belief.breakdown.confidence for pk, belief in beliefs(ratings).items()}


def changed(case):
    case_changed.send(sender=Case, case=case)


class TestWhatBearsOut:
    def test_only_cases_whose_team_the_network_may_read(self, world):
        assert references() == BEARING

    def test_owner_and_participants_in_each_of_its_capabilities(self, world):
        found = Evidence.objects.filter(reference="case-public")
        pairs = set(found.values_list("organization__external_id", "capability__code"))
        assert pairs == {("owner", "inventory"), ("partner", "inventory")}
        assert set(found.values_list("on", "until")) == {(date(2025, 11, 1), None)}

    def test_the_last_day_of_the_grant_is_the_evidences(self, world):
        assert Evidence.objects.filter(reference="case-lastday").first().until == timezone.localdate()

    def test_of_two_grants_the_longer_one_counts(self, world):
        case, today = world.cases["network"], timezone.localdate()
        Grant.objects.filter(section__case=case).update(until=today + timedelta(days=5))
        Grant.objects.create(section=case.sections.get(kind="team"), key="public", until=today + timedelta(days=9))
        changed(case)
        assert Evidence.objects.filter(reference="case-network").first().until == today + timedelta(days=9)
        Grant.objects.filter(key="public", section__case=case).update(until=None)
        changed(case)
        assert Evidence.objects.filter(reference="case-network").first().until is None

    def test_a_failure_bears_out_nothing_a_part_success_does(self, world):
        case = world.cases["public"]
        for outcome, bears in (("failure", False), ("partial", True), ("", True)):
            Case.objects.filter(pk=case.pk).update(outcome=outcome)
            changed(case)
            assert ("case-public" in references()) is bears

    def test_the_other_sections_do_not_matter(self, world):
        case = world.cases["draft"]
        for section in case.sections.exclude(kind=SectionKind.TEAM):
            Grant.objects.create(section=section, key="public")
        changed(case)
        assert "case-draft" not in references()

    def test_sharing_the_team_makes_evidence_and_closing_it_takes_it_away(self, world):
        section, editor = world.section("draft", "team"), world.people["editor"]
        actions.share(section, with_keys=["network"], by=editor)
        assert references() == BEARING | {"case-draft"}
        actions.share(section, with_keys=[], by=editor)
        assert references() == BEARING

    def test_a_case_that_went_away_takes_its_evidence_along(self, world):
        case = world.cases["public"]
        case.delete()
        assert references() == BEARING - {"case-public"}

    @pytest.mark.parametrize("name", CLOSED)
    def test_a_closed_case_bears_out_nothing_until_it_is_open(self, world, name):
        case = world.cases[name]
        assert f"case-{name}" not in references()
        Case.objects.filter(pk=case.pk).update(state="published", opens_on=None)
        case.consents.all().delete()
        changed(case)
        assert references() == BEARING | {f"case-{name}"}

    @pytest.mark.parametrize("facts", [{"state": "archived"}, {"state": "taken_down"}, {"state": "draft"}, "embargo"])
    def test_closing_a_case_takes_its_evidence_away(self, world, facts):
        found = {"opens_on": timezone.localdate() + timedelta(days=1)} if facts == "embargo" else facts
        Case.objects.filter(pk=world.cases["public"].pk).update(**found)
        changed(world.cases["public"])
        assert references() == BEARING - {"case-public"}

    def test_a_consent_taken_back_takes_the_evidence_away(self, world):
        case = world.cases["opensnow"]
        actions.withdraw_consent(case.consents.get(), reason="取引先の意向", by=world.people["editor"])
        assert references() == BEARING - {"case-opensnow"}

    @pytest.mark.parametrize(("grant", "consents", "until"), [(5, [3, 9], 3), (2, [3, 9], 2), (None, [7], 7)])
    def test_evidence_ends_with_the_first_of_grant_and_consents(self, world, grant, consents, until):
        case, today = world.cases["network"], timezone.localdate()
        last = today + timedelta(days=grant) if grant else None
        Grant.objects.filter(section__case=case).update(until=last)
        for days in consents:
            given = {"state": "given", "binding": True, "person": "架空 花子", "means": "written"}
            case.consents.create(until=today + timedelta(days=days), **given)
        changed(case)
        assert Evidence.objects.filter(reference="case-network").first().until == today + timedelta(days=until)

    @pytest.mark.parametrize(
        ("published", "year", "expected"),
        [(date(2024, 5, 1), 2020, date(2024, 5, 1)), (None, 2024, date(2024, 12, 31)), (None, None, None)],
    )
    def test_the_day_is_that_of_publication_else_the_years_end(self, world, published, year, expected):
        case = world.cases["public"]
        case.published, case.year = published, year
        assert day_of(case) == (expected or timezone.localdate())


class TestNothingHiddenIsTold:
    @pytest.mark.parametrize("name", ["draft", "lab", "org", "user", "expired", "team", *CLOSED])
    def test_a_case_the_network_may_not_read_never_changes_any_confidence(self, world, name):
        make_rating(world.organizations["owner"], "inventory", 4)
        before = confidences()
        case = world.cases[name]
        Case.objects.filter(pk=case.pk).update(outcome="success", tlp="RED")
        changed(case)
        case.capabilities.add(Capability.objects.get(code="pmo"))
        changed(case)
        assert confidences() == before
        case.delete()
        assert confidences() == before

    def test_one_that_it_may_read_does(self, world):
        make_rating(world.organizations["owner"], "inventory", 4)
        world.cases["opensnow"].delete()  # so many cases count that a fourth adds nothing
        before = confidences()
        world.cases["public"].delete()
        assert confidences() != before

    @pytest.mark.parametrize("reader", READERS)
    def test_the_list_holds_what_this_reader_may_read_and_nothing_else(self, world, reader):
        owner = world.organizations["owner"]
        Evidence.objects.create(
            organization=owner, capability=inventory(), kind="case", reference="case-draft", on=date(2025, 1, 1)
        )
        titles = {case.external_id for case in bearing_out(owner, inventory(), world.people[reader])}
        inside, network = reader in {"colleague", "editor"}, reader in {"partner", "outsider", "facilitator"}
        network |= inside or reader in {"other_facilitator", "steward", "teammate"}
        assert titles == OPEN_TO_EVERYBODY | (BEARING if network else set()) | ({"case-draft"} if inside else set())

    def test_who_may_read_the_case_but_not_who_took_part_does_not_find_it(self, world):
        case, partner = world.cases["public"], world.people["partner"]
        Grant.objects.filter(section=case.sections.get(kind="team")).delete()
        assert case in Case.objects.visible_to(partner)
        assert case not in bearing_out(world.organizations["owner"], inventory(), partner)

    def test_evidence_that_ran_out_leads_nowhere(self, world):
        Evidence.objects.update(until=timezone.localdate() - timedelta(days=1))
        assert not bearing_out(world.organizations["owner"], inventory(), world.people["editor"]).exists()


class TestPage:
    def ask(self, world, reader="partner", **headers):
        client = Client(headers=headers)
        client.force_login(world.people[reader])
        address = reverse("casebook:borne_out", args=[world.organizations["owner"].pk, "inventory"])
        return client.get(address)

    def test_a_page_by_itself_and_a_fragment_for_the_profile(self, world):
        page, fragment = self.ask(world), self.ask(world, **{"HX-Request": "true"})
        assert "<html" in page.content.decode()
        assert "<html" not in fragment.content.decode()
        assert "HX-Request" in page["Vary"]
        for answer in (page, fragment):
            assert word("public", "title") in answer.content.decode()
            assert word("draft", "title") not in answer.content.decode()

    def test_nothing_to_read_is_said(self, world):
        Evidence.objects.all().delete()
        assert "いま読める事例はありません" in self.ask(world).content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_fixed_number_of_queries(self, world, count, django_assert_num_queries):
        keep = sorted(references())[:count]
        Evidence.objects.filter(kind=EvidenceKind.CASE).exclude(reference__in=keep).delete()
        owner, reader = world.organizations["owner"], world.people["partner"]
        with django_assert_num_queries(8):  # six ask who the reader is
            assert len(list(bearing_out(owner, inventory(), reader))) == count


class TestImport:
    def lines(self, count, keys=("network",)):
        return b"\n".join(
            json.dumps(
                {
                    "id": f"c-{number}", "title": "在庫を見直した", "owner": "owner", "year": 2024,
                    "outcome": "success", "tlp": "GREEN", "capabilities": ["inventory"],
                    "participants": [{"organization": "partner"}],
                    "sections": [{"kind": "team", "text": "二機関で", "keys": list(keys)}],
                }
            ).encode()
            for number in range(count)
        )  # fmt: skip

    def test_an_import_leaves_the_evidence_of_its_cases_and_takes_it_back(self, world):
        import_cases(BytesIO(self.lines(2)))
        assert references() == BEARING | {"c-0", "c-1"}
        assert Evidence.objects.get(reference="c-0", organization__external_id="partner").on == date(2024, 12, 31)
        import_cases(BytesIO(self.lines(2, keys=())))
        assert references() == BEARING

    def test_a_dry_run_leaves_none(self, world):
        import_cases(BytesIO(self.lines(2)), dry_run=True)
        assert references() == BEARING

    def test_evidence_of_many_cases_takes_as_many_queries_as_of_one(self, world, django_assert_max_num_queries):
        import_cases(BytesIO(self.lines(40)))
        Evidence.objects.filter(reference__startswith="c-").delete()
        from casebook.bearing import bear_out_cases

        with django_assert_max_num_queries(15):
            bear_out_cases(Case.objects.filter(external_id__startswith="c-"))
        assert Evidence.objects.filter(reference__startswith="c-").count() == 80
