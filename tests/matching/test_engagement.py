"""A team at work, up to its end and what the house gets of it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from casebook.models import Case
from casebook.writing.texts import draft_text
from matching import actions
from matching.actions.starting import months_after
from matching.models import CheckIn, Engagement
from matching.vocabulary import Letter
from network.actions import ConflictError
from network.models import Collaboration, Notice, Organization
from network.topics import topic_of
from tests.matching.forming import ROLES, editor_of, facilitator, ready


@pytest.fixture
def engagement(world):
    return actions.start(ready(world, brief="在庫が合わず、急ぎの手配が増えています。"), by=facilitator(world))


@pytest.fixture
def lead(world, engagement):
    return editor_of(world.organizations["owner"])


def phase_of(engagement, code="development"):
    return engagement.phases.get(phase=code)


# --- Who ----------------------------------------------------------------------------------------


def test_the_team_works_its_lead_and_the_facilitator_plan_and_nobody_else_does_anything(world, engagement):
    owner, partner = world.organizations["owner"], world.organizations["partner"]
    plan = lambda by: actions.plan_phase(engagement, phase="development", accountable=partner, by=by)  # noqa: E731
    add = lambda by: actions.add_task(engagement, what="棚卸", organization=owner, by=by)  # noqa: E731
    table = {
        "facilitator": (True, True),
        "editor": (True, True),
        "colleague": (False, True),
        "partner": (False, True),
        "teammate": (False, False),
        "other_facilitator": (False, False),
        "steward": (False, False),
        "former": (False, False),
    }
    for name, rights in table.items():
        person = world.people[name]
        for deed, may in zip((plan, add), rights, strict=True):
            if may:
                deed(person)
            else:
                with pytest.raises(PermissionDenied):
                    deed(person)
        assert Engagement.objects.visible_to(person).exists() == rights[1], name


# --- Work ---------------------------------------------------------------------------------------


def test_a_phase_changes_who_is_accountable_and_never_has_two(world, engagement, lead):
    owner = world.organizations["owner"]
    row = actions.plan_phase(
        engagement,
        phase="development",
        accountable=owner,
        starts=date(2026, 12, 1),
        ends=date(2026, 12, 20),
        by=lead,
    )
    assert engagement.phases.filter(phase="development").count() == 1
    assert not row.parts.filter(organization=owner).exists()
    with pytest.raises(ValidationError):
        actions.set_part(row, organization=owner, letter=Letter.CONSULTED, by=lead)
    with pytest.raises(ValidationError):
        actions.plan_phase(engagement, phase="development", accountable=world.organizations["helper"], by=lead)
    with pytest.raises(ValidationError):
        actions.plan_phase(
            engagement, phase="development", accountable=owner, starts=date(2026, 2, 2), ends=date(2026, 2, 1), by=lead
        )


def test_a_part_is_one_letter_or_none(world, engagement, lead):
    row, other = phase_of(engagement), world.organizations["elsewhere"]
    actions.set_part(row, organization=other, letter=Letter.CONSULTED, by=lead)
    assert [part.letter for part in row.parts.filter(organization=other)] == ["C"]
    actions.set_part(row, organization=other, letter=None, by=lead)
    assert not row.parts.filter(organization=other).exists()


def test_a_task_is_done_and_undone_and_late_until_then(world, engagement, lead):
    yesterday = timezone.localdate() - timedelta(days=1)
    task = actions.add_task(
        engagement, what="棚卸の手順書", organization=world.organizations["partner"], until=yesterday, by=lead
    )
    assert task.is_late
    assert not actions.finish_task(task, by=lead).is_late
    assert actions.finish_task(task, done=False, by=lead).done_at is None


@pytest.mark.parametrize("bad", ["", "\0", "二\n行"])
def test_a_task_without_a_clean_line_is_refused(world, engagement, lead, bad):
    with pytest.raises(ValidationError):
        actions.add_task(engagement, what=bad, organization=world.organizations["owner"], by=lead)


def test_nothing_is_decided_on_a_day_to_come(engagement, lead):
    with pytest.raises(ValidationError):
        actions.decide(engagement, text="RPAを使う", on=timezone.localdate() + timedelta(days=2), by=lead)
    assert actions.decide(engagement, text="RPAを使う", by=lead).on == timezone.localdate()


def test_a_figure_is_kept_once_by_its_name(engagement, lead):
    actions.measure(engagement, name="入力時間", unit="%", before=80, by=lead)
    row = actions.measure(engagement, name="入力時間", unit="%", before=80, after=5, by=lead)
    assert engagement.indicators.get() == row
    assert (row.before, row.after, row.measured_on) == (80, 5, timezone.localdate())
    with pytest.raises(ValidationError):
        actions.measure(engagement, name="空", by=lead)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 27), 1, date(2026, 12, 27)),
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
    ],
)
def test_months_later_is_the_same_day_or_the_last(day, months, then):
    assert months_after(day, months) == then


def test_a_check_in_is_asked_for_once_when_its_day_has_come_and_may_be_written_after_the_end(engagement, lead):
    look = engagement.check_ins.get(months=3)
    assert actions.check_ins_due() == 0
    CheckIn.objects.filter(pk=look.pk).update(due=timezone.localdate())
    assert [actions.check_ins_due(), actions.check_ins_due()] == [1, 0]
    assert Notice.objects.filter(user=lead, facts__what="check_in").count() == 1
    actions.close(engagement, outcome="success", by=lead)
    assert actions.check_in(look, text="現場で回っています", by=lead).done_on == timezone.localdate()
    with pytest.raises(ValidationError):
        actions.check_in(look, text=" ", by=lead)


def test_it_is_handed_over_once(engagement, lead):
    assert actions.hand_over(engagement, text="月次の点検表", by=lead).state == "handed_over"
    with pytest.raises(ConflictError):
        actions.hand_over(engagement, text="もう一度", by=lead)


# --- The end ------------------------------------------------------------------------------------


def test_closing_gives_places_back_binds_every_two_and_begins_the_case(world, engagement, lead):
    slots = dict(Organization.objects.values_list("external_id", "capacity_slots"))
    pairs = {frozenset((row.first_id, row.second_id)): row.engagements for row in Collaboration.objects.all()}
    actions.measure(engagement, name="入力時間", unit="%", before=80, after=5, by=lead)
    actions.decide(engagement, text="RPAを使う", by=lead)
    closed = actions.close(
        engagement, outcome="partial", worked="早い", failed="教育が足りない", stage_after=3, by=lead
    )
    now = dict(Organization.objects.values_list("external_id", "capacity_slots"))
    assert {name for name in now if now[name] == slots[name] + 1} == set(ROLES.values())
    members = [world.organizations[name].pk for name in ROLES.values()]
    for first in members:
        for second in members:
            if first < second:
                row = Collaboration.objects.get(first=first, second=second)
                assert row.engagements == pairs.get(frozenset((first, second)), 0) + 1
                assert row.last == timezone.localdate()
    text = draft_text(closed.case)
    assert text is not None
    said = text.content
    assert closed.case.owner.external_id == "owner"
    assert (said.industry, said.prefecture, said.stage_after, said.outcome) == ("E", "22", 3, "partial")
    assert [(figure.name, figure.before, figure.after) for figure in said.measures] == [("入力時間", 80, 5)]
    assert {took.organization for took in said.participants} >= set(members) - {closed.case.owner_id}
    assert {"pmo", "system_development", "inventory"} <= set(said.capabilities)
    assert "RPAを使う" in said.sections["action"]
    assert "教育が足りない" in said.sections["lessons"]
    assert world.needs["need"].title not in str(said)
    assert world.needs["need"].text not in str(said)


def test_the_facilitator_closes_and_an_editor_of_the_lead_begins_the_case_once(world, engagement, lead):
    closed = actions.close(engagement, outcome="success", by=facilitator(world))
    assert closed.case is None
    assert Notice.objects.filter(user=lead, facts__what="case_due").count() == 1
    with pytest.raises(PermissionDenied):
        actions.begin_case(engagement, by=facilitator(world))
    first = actions.begin_case(engagement, by=lead)
    assert actions.begin_case(engagement, by=lead) == first
    assert Case.objects.filter(born_of=engagement.reference).count() == 1


def test_what_is_closed_stays_closed_and_no_case_begins_before(world, engagement, lead):
    with pytest.raises(ConflictError):
        actions.begin_case(engagement, by=lead)
    actions.close(engagement, outcome="success", by=lead)
    engagement.refresh_from_db()
    owner = world.organizations["owner"]
    for deed in (
        lambda: actions.close(engagement, outcome="success", by=lead),
        lambda: actions.add_task(engagement, what="x", organization=owner, by=lead),
        lambda: actions.decide(engagement, text="x", by=lead),
        lambda: actions.plan_phase(engagement, phase="development", accountable=owner, by=lead),
        lambda: actions.hand_over(engagement, text="x", by=lead),
    ):
        with pytest.raises(ConflictError):
            deed()


def test_a_need_may_have_another_team_after_the_end(world, engagement, lead):
    actions.close(engagement, outcome="success", by=lead)
    assert actions.choose_team(world.proposals["latest"], by=facilitator(world)).state == "forming"


def test_cases_near_it_are_looked_for_by_what_the_team_knows_and_by_nobody_else(world, engagement):
    told = topic_of("engagement", engagement.pk, world.people["partner"])
    assert told is not None
    assert {"pmo", "system_development", "inventory"} == set(told.capabilities)
    assert "在庫が合わず" in told.text
    assert world.needs["need"].title not in told.text
    for name in ("stranger", "teammate", "steward", "other_facilitator"):
        assert topic_of("engagement", engagement.pk, world.people[name]) is None
