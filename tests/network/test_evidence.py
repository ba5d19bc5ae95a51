"""Evidence: what experts, partners and files leave, what it makes of a rating, and what a profile tells of it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from network import actions
from network.believing.evidence import beliefs, credential_capabilities, refresh_credentials
from network.believing.strengths import areas_of_strength
from network.codes import CREDENTIALS, rows
from network.history import record as history
from network.models import (
    Capability,
    Change,
    Collaboration,
    Evidence,
    Expert,
    ExpertCredential,
    Membership,
    Notice,
    Organization,
    Partnership,
    Rating,
    RegistryVersion,
)
from network.signals import organization_changed
from network.vocabulary import EvidenceKind, NoticeKind, PartnershipState, Role, Stance
from tests.cast import make_organization, make_person, make_rating

pytestmark = pytest.mark.django_db


def capability(code):
    return Capability.objects.get(code=code)


def confidence(organization, code):
    """What the profile says today, as a share."""
    rating = Rating.objects.select_related("capability").get(organization=organization, capability__code=code)
    found = beliefs([rating]).get(rating.pk)
    return found.breakdown.confidence if found else None


@pytest.fixture
def pair():
    """A house that builds, confirmed today, and a bank that worked with it; each with its editor."""
    house, bank = make_organization("house", kind="local_it_vendor"), make_organization("bank")
    house_editor, banker = make_person("housekeeper"), make_person("banker")
    Membership.objects.create(user=house_editor, organization=house, role=Role.EDITOR)
    Membership.objects.create(user=banker, organization=bank, role=Role.EDITOR)
    Collaboration.objects.create(first=house, second=bank, engagements=1)
    make_rating(house, "system_development", 3, Stance.STRENGTH)
    make_rating(house, "inventory", 0)
    make_rating(house, "pmo", 2, Stance.WEAKNESS)
    Rating.objects.update(confirmed_at=timezone.now())
    return house, bank, house_editor, banker


class TestVouching:
    def test_a_partner_confirms_the_present_level_and_is_believed(self, pair):
        house, bank, house_editor, banker = pair
        assert confidence(house, "system_development") == 0.7
        actions.vouch(house, capability=capability("system_development"), partner=bank, by=banker)
        assert confidence(house, "system_development") == 0.85
        evidence = Evidence.objects.get()
        assert (evidence.level, evidence.on, evidence.by) == (3, timezone.localdate(), banker)
        notice = Notice.objects.get()
        assert (notice.user, notice.kind, notice.organization) == (house_editor, NoticeKind.VOUCHED, house)
        assert notice.facts.pop("by_id") == Organization.objects.get(name="bank").pk
        assert notice.facts == {"by": "bank", "capability": "system_development", "level": 3}

    def test_it_is_noted_in_the_history_and_counts_the_registrys_version(self, pair):
        house, bank, _house_editor, banker = pair
        before = RegistryVersion.current()
        actions.vouch(house, capability=capability("system_development"), partner=bank, by=banker)
        house.refresh_from_db()
        assert house.registry_version == RegistryVersion.current() > before
        said = {"level": 3, "on": timezone.localdate().isoformat()}
        change = Change.objects.get(organization=house)
        assert (change.changes, change.by) == ({"vouched.system_development.bank": [None, said]}, banker)
        assert history.snapshot(house)["vouched.system_development.bank"] == said

    def test_the_same_word_twice_changes_nothing_more(self, pair):
        house, bank, _house_editor, banker = pair
        for _time in range(2):
            actions.vouch(house, capability=capability("system_development"), partner=bank, by=banker)
        assert (Evidence.objects.count(), Change.objects.count(), Notice.objects.count()) == (1, 1, 1)

    def test_a_higher_level_is_not_borne_out_until_it_is_confirmed_again(self, pair):
        house, bank, house_editor, banker = pair
        what = capability("system_development")
        actions.vouch(house, capability=what, partner=bank, by=banker)
        actions.rate(house, capability=what, level=4, stance=Stance.STRENGTH, by=house_editor)
        assert confidence(house, "system_development") == 0.7
        actions.vouch(house, capability=what, partner=bank, level=4, by=banker)
        assert confidence(house, "system_development") == 0.85

    def test_it_can_be_taken_back_even_after_they_parted(self, pair):
        house, bank, _house_editor, banker = pair
        what = capability("system_development")
        actions.vouch(house, capability=what, partner=bank, by=banker)
        Collaboration.objects.all().delete()
        actions.withdraw_vouch(house, capability=what, partner=bank, by=banker)
        assert not Evidence.objects.exists()
        assert confidence(house, "system_development") == 0.7
        newest = Change.objects.first()
        assert newest
        assert newest.changes["vouched.system_development.bank"][1] is None
        changes = Change.objects.count()
        actions.withdraw_vouch(house, capability=what, partner=bank, by=banker)
        assert Change.objects.count() == changes

    def test_another_level_than_the_one_that_was_read_is_a_conflict(self, pair):
        house, bank, _house_editor, banker = pair
        with pytest.raises(actions.ConflictError) as conflict:
            actions.vouch(house, capability=capability("system_development"), partner=bank, level=2, by=banker)
        assert conflict.value.current.level == 3
        assert not Evidence.objects.exists()

    @pytest.mark.parametrize("code", ["inventory", "pmo", "rfp"])
    def test_nothing_a_weakness_and_level_zero_look_the_same(self, pair, code):
        house, bank, _house_editor, banker = pair
        with pytest.raises(Rating.DoesNotExist):
            actions.vouch(house, capability=capability(code), partner=bank, by=banker)

    def test_a_confirmed_partnership_is_enough_a_proposed_one_is_not(self, pair):
        house, bank, _house_editor, banker = pair
        Collaboration.objects.all().delete()
        partnership = Partnership.objects.create(
            first=house, second=bank, proposed_by=bank, proposed_at=timezone.now(), state=PartnershipState.PROPOSED
        )
        what = capability("system_development")
        with pytest.raises(PermissionDenied):
            actions.vouch(house, capability=what, partner=bank, by=banker)
        partnership.state, partnership.answered_at = PartnershipState.CONFIRMED, timezone.now()
        partnership.save()
        actions.vouch(house, capability=what, partner=bank, by=banker)
        assert confidence(house, "system_development") == 0.85

    def test_nobody_speaks_for_itself_nor_for_strangers_nor_without_editing(self, pair):
        house, bank, house_editor, banker = pair
        stranger = make_organization("stranger")
        what = capability("system_development")
        Membership.objects.create(user=banker, organization=stranger, role=Role.EDITOR)
        colleague = make_person("clerk")
        Membership.objects.create(user=colleague, organization=bank, role=Role.MEMBER)
        for partner, by in ((house, house_editor), (stranger, banker), (bank, colleague), (bank, house_editor)):
            with pytest.raises(PermissionDenied):
                actions.vouch(house, capability=what, partner=partner, by=by)
        assert not Evidence.objects.exists()

    def test_who_edits_both_does_not_praise_the_one_in_the_name_of_the_other(self, pair):
        house, bank, _house_editor, banker = pair
        Membership.objects.create(user=banker, organization=house, role=Role.EDITOR)
        with pytest.raises(PermissionDenied):
            actions.vouch(house, capability=capability("system_development"), partner=bank, by=banker)

    def test_an_engagement_that_never_was_is_no_ground(self, pair):
        house, _bank, _house_editor, banker = pair
        Collaboration.objects.update(engagements=0)
        assert not actions.may_vouch(house, banker).exists()


class TestCredentials:
    @pytest.fixture
    def expert(self, pair):
        house = pair[0]
        make_rating(house, "business_requirements", 3)
        Rating.objects.update(confirmed_at=timezone.now())
        expert = Expert.objects.create(organization=house, name="架空 一郎", agreed_on=date(2026, 1, 1))
        ExpertCredential.objects.create(expert=expert, credential="it_coordinator", since=timezone.localdate())
        return expert

    def test_every_credential_and_capability_of_the_table_is_known(self):
        assert set(credential_capabilities()) <= set(CREDENTIALS)
        known = {row["code"] for row in rows("capabilities")}
        for credential, codes in credential_capabilities().items():
            assert set(codes) <= known, credential
            assert len(codes) == len(set(codes))

    def test_places_to_learn_bear_out_nothing(self):
        learning = {code for code, entry in CREDENTIALS.items() if entry.fields["kind"] == "learning"}
        assert learning
        assert not learning & set(credential_capabilities())

    def test_what_an_expert_who_agreed_holds_is_evidence_once(self, pair, expert):
        house = pair[0]
        assert refresh_credentials(house) is True
        assert refresh_credentials(house) is False
        found = Evidence.objects.filter(kind=EvidenceKind.CREDENTIAL)
        assert set(found.values_list("capability__code", flat=True)) == set(credential_capabilities()["it_coordinator"])
        assert confidence(house, "business_requirements") == 0.82

    def test_without_agreement_nothing_is_and_what_was_goes(self, pair, expert):
        house = pair[0]
        refresh_credentials(house)
        Expert.objects.update(agreed_on=None)
        assert refresh_credentials(house) is True
        assert not Evidence.objects.exists()
        assert confidence(house, "business_requirements") == 0.7

    def test_of_several_holders_the_one_that_holds_longer_counts(self, pair, expert):
        house, today = pair[0], timezone.localdate()
        ExpertCredential.objects.update(until=today + timedelta(days=10))
        other = Expert.objects.create(organization=house, name="架空 二郎", agreed_on=date(2026, 2, 2))
        longer = ExpertCredential.objects.create(
            expert=other, credential="it_coordinator", until=today + timedelta(days=20)
        )
        refresh_credentials(house)
        piece = Evidence.objects.get(capability__code="rfp")
        assert (piece.on, piece.until) == (date(2026, 2, 2), today + timedelta(days=20))
        longer.until = None
        longer.save()
        refresh_credentials(house)
        piece.refresh_from_db()
        assert piece.until is None

    def test_an_expired_credential_stops_counting_by_itself(self, pair, expert):
        house = pair[0]
        ExpertCredential.objects.update(until=timezone.localdate() - timedelta(days=1))
        refresh_credentials(house)
        assert confidence(house, "business_requirements") == 0.7

    def test_evidence_of_other_kinds_and_organizations_stays(self, pair, expert):
        house, bank, _house_editor, banker = pair
        actions.vouch(house, capability=capability("system_development"), partner=bank, by=banker)
        Evidence.objects.create(
            organization=bank,
            capability=capability("pmo"),
            kind="credential",
            credential="project_manager",
            on=timezone.localdate(),
        )
        Expert.objects.all().delete()
        refresh_credentials(house)
        assert Evidence.objects.count() == 2


class TestCasesBearOut:
    def claim(self, reference, *pairs, on=date(2026, 11, 1), until=None):
        ids = frozenset((organization.pk, capability(code).pk) for organization, code in pairs)
        return actions.BorneOut(reference, ids, on, until)

    def test_a_reference_bears_out_exactly_what_was_said_last(self, pair):
        house, bank = pair[:2]
        actions.bear_out([self.claim("c-1", (house, "system_development"), (bank, "pmo"))])
        actions.bear_out([self.claim("c-1", (house, "system_development"), (house, "rfp"))])
        found = Evidence.objects.values_list("organization__external_id", "capability__code", "reference")
        assert set(found) == {("house", "system_development", "c-1"), ("house", "rfp", "c-1")}
        actions.bear_out([self.claim("c-1")])
        assert not Evidence.objects.exists()

    def test_days_follow_and_other_references_stay(self, pair):
        house = pair[0]
        actions.bear_out([self.claim("c-1", (house, "rfp")), self.claim("c-2", (house, "rfp"))])
        actions.bear_out([self.claim("c-1", (house, "rfp"), on=date(2025, 1, 1), until=date(2027, 1, 1))])
        days = {piece.reference: (piece.on, piece.until) for piece in Evidence.objects.all()}
        assert days == {"c-1": (date(2025, 1, 1), date(2027, 1, 1)), "c-2": (date(2026, 11, 1), None)}

    def test_the_version_counts_once_for_all_concerned_and_not_at_all_for_nothing(self, pair):
        house, bank = pair[:2]
        told = []
        organization_changed.connect(listen := lambda organization, **_more: told.append(organization.external_id))
        claims = [self.claim("c-1", (house, "rfp"), (bank, "pmo")), self.claim("c-2", (house, "rfp"))]
        before = RegistryVersion.current()
        actions.bear_out(claims)
        assert RegistryVersion.current() == before + 1
        assert set(Organization.objects.values_list("registry_version", flat=True)) == {before + 1}
        assert sorted(told) == ["bank", "house"]
        actions.bear_out(claims)
        organization_changed.disconnect(listen)
        assert RegistryVersion.current() == before + 1
        assert len(told) == 2

    @pytest.mark.parametrize("count", [1, 30])
    def test_many_at_once_take_as_many_queries_as_one(self, pair, count, django_assert_max_num_queries):
        house = pair[0]
        claims = [self.claim(f"c-{number}", (house, "rfp")) for number in range(count)]
        RegistryVersion.following()
        with django_assert_max_num_queries(9):
            actions.bear_out(claims)
        assert Evidence.objects.count() == count


class TestBeliefs:
    def test_a_stated_value_holds_until_the_line_is_rated_or_confirmed(self, pair):
        house, _bank, house_editor, _banker = pair
        Rating.objects.filter(organization=house).update(stated_confidence=0.31)
        assert confidence(house, "system_development") == 0.31
        actions.confirm(house, capability=capability("system_development"), by=house_editor)
        assert confidence(house, "system_development") == 0.7

    def test_weaknesses_and_empty_levels_have_none(self, pair):
        house = pair[0]
        assert confidence(house, "pmo") is None
        assert confidence(house, "inventory") is None

    def test_evidence_runs_out_by_date(self, pair, monkeypatch):
        house = pair[0]
        Evidence.objects.create(
            organization=house, capability=capability("system_development"), kind="case", reference="c",
            on=timezone.localdate(), until=timezone.localdate(),
        )  # fmt: skip
        assert confidence(house, "system_development") == 0.85
        tomorrow = timezone.localdate() + timedelta(days=1)
        monkeypatch.setattr("network.believing.evidence.timezone.localdate", lambda *moment: tomorrow)
        assert confidence(house, "system_development") == 0.7

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_profile_takes_a_fixed_number_of_queries(self, pair, count, django_assert_num_queries):
        house, bank, _house_editor, banker = pair
        for code in ("rfp", "crm", "iot")[:count]:
            make_rating(house, code, 3)
            Evidence.objects.create(
                organization=house,
                capability=capability(code),
                kind="partner",
                partner=bank,
                level=3,
                on=date(2026, 1, 1),
            )
        ratings = list(house.ratings.select_related("capability"))
        with django_assert_num_queries(7):
            areas_of_strength(house, ratings, banker)


class TestPages:
    def page(self, organization, person):
        client = Client()
        client.force_login(person)
        return client.get(reverse("network:organization", args=[organization.pk])).content.decode()

    def post(self, route, organization, person, code="system_development", **data):
        client = Client()
        client.force_login(person)
        return client.post(reverse(f"network:{route}", args=[organization.pk, code]), data)

    def test_a_profile_shows_level_confidence_and_where_it_comes_from(self, pair):
        house, bank, _house_editor, banker = pair
        actions.vouch(house, capability=capability("system_development"), partner=bank, by=banker)
        Rating.objects.filter(level=3).update(evidence="https://example.jp/proof")
        page = self.page(house, banker)
        assert "レベル3" in page
        assert "確からしさ 85%" in page
        assert 'href="https://example.jp/proof" rel="noopener nofollow"' in page
        assert f'<a href="/organizations/{bank.pk}/">bank</a>' in page
        assert "申告と裏づけ 85% × 鮮度 100% = 85%" in page

    @pytest.mark.parametrize("text", ["javascript:alert(1)", "資料 https://example.jp/", "data:text/html,x", "//x.jp"])
    def test_only_an_address_becomes_a_link(self, pair, text):
        house, _bank, _house_editor, banker = pair
        Rating.objects.filter(level=3).update(evidence=text)
        page = self.page(house, banker)
        assert text in page
        assert 'rel="noopener nofollow"' not in page

    def test_a_partner_that_left_is_not_named(self, pair):
        house, bank, house_editor, banker = pair
        actions.vouch(house, capability=capability("system_development"), partner=bank, by=banker)
        Organization.objects.filter(pk=bank.pk).update(is_active=False, name="架空 去った銀行")
        page = self.page(house, house_editor)
        assert "去った銀行" not in page
        assert "いまは表示できない機関" in page
        assert "確からしさ 85%" in page

    def test_the_button_stands_for_partners_only_and_works_both_ways(self, pair):
        house, bank, house_editor, banker = pair
        assert "一緒に取り組んで確かめた" not in self.page(house, house_editor)
        assert self.page(house, banker).count('value="3"') == 1
        answer = self.post("vouch", house, banker, partner=bank.pk, level=3)
        assert answer.status_code == 302
        page = self.page(house, banker)
        assert "一緒に取り組んで確かめた<" not in page
        assert "確認を取り消す" in page
        assert self.post("vouch_withdraw", house, banker, partner=bank.pk).status_code == 302
        assert not Evidence.objects.exists()

    def test_a_level_that_changed_meanwhile_is_told(self, pair):
        house, bank, house_editor, banker = pair
        actions.rate(
            house, capability=capability("system_development"), level=4, stance=Stance.STRENGTH, by=house_editor
        )
        answer = self.post("vouch", house, banker, partner=bank.pk, level=3)
        assert answer.status_code == 409
        assert "レベル4に変わりました" in answer.content.decode()
        assert not Evidence.objects.exists()

    @pytest.mark.parametrize("partner", ["", "0", "-1", "9" * 40, "\0", "\ud800", "二"])
    def test_a_partner_that_is_no_record_is_not_found(self, pair, partner):
        house, _bank, _house_editor, banker = pair
        partner = partner.encode("utf-8", "replace").decode()
        assert self.post("vouch", house, banker, partner=partner).status_code == 404

    def test_odd_levels_and_codes_change_nothing(self, pair):
        house, bank, _house_editor, banker = pair
        for level in ("x", "9" * 30, "", "-3"):
            assert self.post("vouch", house, banker, partner=bank.pk, level=level).status_code == 409
        for code in ("missing", "pmo", "inventory"):
            assert self.post("vouch", house, banker, code=code, partner=bank.pk).status_code == 404
        assert not Evidence.objects.exists()
