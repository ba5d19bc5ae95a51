"""What the matcher believes: confidences among the facts, in the score, in the words."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from matching.core.objective import evaluate
from matching.explaining import Lexicon, believed_level, changes, gap_sentences, reasons
from matching.facts import need_facts, network
from matching.weights import PROFILES
from network.believing.evidence import beliefs
from network.models import Capability, Evidence, Organization, Rating
from network.vocabulary import Stance
from tests.cast import make_need, make_organization, make_rating, propose

TODAY = date(2026, 11, 22)
TOKYO = ZoneInfo("Asia/Tokyo")
WORDS = Lexicon({}, {"dev": "開発"}, lambda _organization: True)


def rated(code="pmo", level=3, stance=Stance.NEUTRAL, **values):
    organization = make_organization(f"org-{Organization.objects.count()}")
    make_rating(organization, code, level, stance)
    Rating.objects.filter(organization=organization).update(**values)
    return organization


def bear_out(organization, code="pmo", **values):
    given = {"kind": "case", "reference": f"c-{Evidence.objects.count()}", "on": TODAY, **values}
    Evidence.objects.create(organization=organization, capability=Capability.objects.get(code=code), **given)


def known(organization, today=TODAY):
    facts = {item.id: item for item in network(today).organizations}
    return dict(facts[organization.external_id].confidence)


@pytest.mark.django_db
class TestFacts:
    def test_a_fresh_word_a_stale_one_and_none(self):
        noon = datetime(2026, 11, 22, 12, tzinfo=TOKYO)
        fresh, stale, never = rated(confirmed_at=noon), rated(confirmed_at=noon - timedelta(days=545)), rated()
        assert known(fresh) == {"pmo": 0.7}
        assert known(stale) == {"pmo": 0.495}
        assert known(never) == {"pmo": 0.35}

    def test_a_stated_value_wins_and_a_full_one_is_left_out(self):
        assert known(rated(stated_confidence=0.42)) == {"pmo": 0.42}
        assert known(rated(stated_confidence=1.0)) == {}

    def test_weaknesses_and_empty_levels_have_none(self):
        weak, empty = rated(stance=Stance.WEAKNESS), rated(level=0)
        bear_out(weak)
        assert known(weak) == known(empty) == {}

    def test_evidence_counts_for_its_organization_and_capability_until_its_last_day(self):
        noon = datetime(2026, 11, 22, 12, tzinfo=TOKYO)
        one, other = rated(confirmed_at=noon), rated(confirmed_at=noon)
        make_rating(one, "rfp", 2)
        Rating.objects.update(confirmed_at=noon)
        bear_out(one, until=TODAY)
        assert known(one) == {"pmo": 0.85, "rfp": 0.7}
        assert known(other) == {"pmo": 0.7}
        assert known(one, TODAY + timedelta(days=1)) == {"pmo": 0.7, "rfp": 0.7}

    def test_the_day_of_a_confirmation_is_that_of_tokyo(self):
        """08:59 UTC ... 15:00 UTC: the day in Tokyo begins at 15:00 UTC of the day before."""
        last_fresh = datetime(2026, 5, 26, 0, 0, tzinfo=TOKYO)
        assert (TODAY - last_fresh.date()).days == 180
        assert known(rated(confirmed_at=last_fresh)) == {"pmo": 0.7}
        assert known(rated(confirmed_at=last_fresh - timedelta(minutes=1))) == {"pmo": pytest.approx(0.6993)}

    def test_profile_and_matcher_say_the_same(self):
        now = timezone.now()
        for number in range(40):
            organization = rated(level=1 + number % 4, confirmed_at=now - timedelta(hours=number * 487))
            for age in range(number % 5):
                bear_out(organization, on=TODAY - timedelta(days=97 * age + number))
        shown = {belief_pk: belief.breakdown.confidence for belief_pk, belief in beliefs(Rating.objects.all()).items()}
        facts = {item.id: item for item in network(timezone.localdate()).organizations}
        for rating in Rating.objects.select_related("organization"):
            assert facts[rating.organization.external_id].confidence == {"pmo": shown[rating.pk]}

    def test_the_fingerprint_tells_another_confidence(self):
        organization = rated(confirmed_at=datetime(2026, 11, 22, 12, tzinfo=TOKYO))
        before = network(TODAY).version
        assert network(TODAY).version == before
        bear_out(organization)
        assert network(TODAY).version != before

    def test_a_case_of_yesterday_that_is_not_believed_any_more_lowers_the_gain(self, world):
        need = make_need(world, "facilitator", "shizuoka", "believed", "believed")
        Rating.objects.filter(level__gt=0).update(stated_confidence=1.0)
        full = evaluate(need_facts(need), network(TODAY), PROFILES["default"], ["owner", "partner"])
        Rating.objects.filter(organization=world.organizations["owner"]).update(stated_confidence=0.3)
        less = evaluate(need_facts(need), network(TODAY), PROFILES["default"], ["owner", "partner"])
        assert full.parts.coverage - less.parts.coverage == round(1e6 / 3) - round(1e6 / 3 * (4 * 0.3 / 3))
        assert less.open_must == full.open_must  # musts go by the level, not by how far it is believed
        assert (full.parts.lead, full.parts.member_cost) == (less.parts.lead, less.parts.member_cost)


REQUIREMENT = {"capability": "dev", "phase": "development", "level": 3, "weight": 1.0, "must": True}


def team(covered=0.7, **changes):
    nearest = {"organization": "far", "hops": 1}
    return {
        "lead": "a", "members": ["a"], "owners": {"0": "a"}, "covers": [], "open_must": 0,
        "gaps": [{"requirement": 0, "covered": covered, "nearest": nearest}] if covered < 1 else [], **changes,
    }  # fmt: skip


class TestWords:
    def test_a_level_says_how_far_it_is_believed(self):
        assert believed_level(4, 0.82) == "レベル4・確からしさ82%"
        assert believed_level(4, 1.0) == "レベル4"
        assert believed_level(0, 0.3) == "レベル0"

    def test_the_owner_is_told_with_the_confidence_and_what_it_takes(self):
        said = reasons(team(), [REQUIREMENT], WORDS, {"a": {"dev": 3}}, {"a": {"dev": 0.7}})
        owner = next(line for line in said if "受け持ちます" in line)
        assert "（レベル3・確からしさ70%／必要3）" in owner
        assert "充足は70%と数えます" in owner
        assert not any("届きません" in line for line in said)

    def test_a_level_that_is_enough_although_doubted_says_no_more(self):
        said = reasons(team(covered=1.0), [REQUIREMENT], WORDS, {"a": {"dev": 4}}, {"a": {"dev": 0.8}})
        owner = next(line for line in said if "受け持ちます" in line)
        assert owner.endswith("（レベル4・確からしさ80%／必要3）。")

    def test_a_level_below_the_required_one_is_a_gap_whatever_its_confidence(self):
        levels = {"a": {"dev": 2}}
        assert len(gap_sentences(team(covered=0.5), [REQUIREMENT], WORDS, levels)) == 1
        assert len(gap_sentences(team(covered=0.0, owners={}), [REQUIREMENT], WORDS, levels)) == 1
        assert gap_sentences(team(), [REQUIREMENT], WORDS, {"a": {"dev": 3}}) == []


def result(confidence, members=("a",), level=3, **changes):
    return {
        "teams": [{"members": list(members)}], "requirements": [REQUIREMENT],
        "levels": {"a": {"dev": level}, "b": {"dev": 4}}, "confidences": {"a": {"dev": confidence}, "b": {}}, **changes,
    }  # fmt: skip


class TestWhatChanged:
    def test_a_confidence_that_fell_clearly_is_named(self):
        assert changes(result(0.82), result(0.61), WORDS) == ["aの「開発」の確からしさが、82%から61%に変わりました。"]

    def test_a_little_fading_is_no_news(self):
        assert changes(result(0.82), result(0.8199), WORDS) == []

    def test_unless_the_team_is_another_one_and_nothing_else_explains_it(self):
        said = changes(result(0.82), result(0.8199, members=("b",)), WORDS)
        assert len(said) == 2
        assert "少しずつ変わっています" in said[1]
        assert len(changes(result(0.82), result(0.82, members=("b",)), WORDS)) == 1

    def test_another_level_is_told_as_that(self):
        [said] = changes(result(0.82), result(0.4, level=4), WORDS)
        assert "レベル3からレベル4" in said

    def test_answers_from_before_confidences_were_kept_are_compared_without(self):
        old = {key: value for key, value in result(0.9).items() if key != "confidences"}
        assert changes(old, result(0.3), WORDS) == []


@pytest.mark.django_db
def test_the_page_of_a_proposal_shows_doubt_apart_from_gaps(world, client):
    Rating.objects.filter(level__gt=0).update(confirmed_at=timezone.now())
    stored = propose(world, "need", "facilitator")
    assert stored.result["confidences"]["owner"] == {"pmo": 0.85}  # the partner that left still counts
    client.force_login(world.people["facilitator"])
    page = client.get(f"/needs/{world.needs['need'].pk}/").content.decode()
    assert "確からしさ85%" in page
    assert "確からしさ70%" in page
