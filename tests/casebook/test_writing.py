"""A draft from the first word to the second reader: who may, what is stored, and that nobody outside notices."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from casebook import actions
from casebook.models import Case, CaseEvent, Delegation, Draft
from casebook.vocabulary import CaseDeed, CaseState, DraftState
from casebook.writing.content import Content, Figure, Planned, Took
from casebook.writing.live import content_of
from casebook.writing.settling import settled
from network.actions import ConflictError
from network.models import Municipality, Notice
from tests.casebook.desk import SECTIONS, ask_to_write

pytestmark = pytest.mark.django_db
WRITERS = {"editor", "second", "delegate"}
EDITORS = {"editor", "second"}
PEOPLE = ("editor", "second", "colleague", "delegate", "partner_editor", "partner", "outsider", "steward", "stranger")


def deeds(case):
    return list(CaseEvent.objects.filter(case=case).values_list("deed", flat=True))


VERBS = {
    "begin_revision": lambda desk, case, by: actions.begin_revision(case, by=by),
    "save_draft": lambda desk, case, by: actions.save_draft(case, changes={"subtitle": "別"}, expected=None, by=by),
    "acknowledge": lambda desk, case, by: actions.acknowledge(case, finding="x", reason="公表ずみ", by=by),
    "submit": lambda desk, case, by: actions.submit(case, by=by),
    "send_back": lambda desk, case, by: actions.send_back(case, reason="数字を直す", by=by),
    "discard_draft": lambda desk, case, by: actions.discard_draft(case, by=by),
}
MAY = {name: EDITORS if name in {"send_back", "discard_draft"} else WRITERS for name in VERBS}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("verb", VERBS)
def test_who_may_do_what_with_a_draft(desk, verb, person):
    case = desk.submitted()
    ask_to_write(case, desk["delegate"])
    if person in MAY[verb]:
        VERBS[verb](desk, case, desk[person])
        return
    with pytest.raises(PermissionDenied):
        VERBS[verb](desk, case, desk[person])
    assert Draft.objects.get(case=case).state == DraftState.SUBMITTED


@pytest.mark.parametrize("person", [name for name in PEOPLE if name not in EDITORS])
def test_only_editors_begin_a_case(desk, person):
    with pytest.raises(PermissionDenied):
        actions.begin_case(desk.owner, content=desk.content(), by=desk[person])
    assert not Case.objects.exists()


def test_who_was_asked_to_write_writes_until_the_day_and_no_longer(desk):
    case = desk.begun()
    ask_to_write(case, desk["delegate"])
    Delegation.objects.update(until=timezone.localdate())
    actions.save_draft(case, changes={"subtitle": "A"}, expected=1, by=desk["delegate"])
    Delegation.objects.update(until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(PermissionDenied):
        actions.save_draft(case, changes={"subtitle": "B"}, expected=2, by=desk["delegate"])


# --- Beginning ----------------------------------------------------------------------------------


def test_a_new_case_is_read_by_the_owners_members_alone(desk):
    case = desk.begun()
    assert case.state == CaseState.DRAFT
    seen = {name for name in desk.people if desk.sees(name, case)}
    assert seen == {"editor", "second", "colleague"}
    assert deeds(case) == [CaseDeed.BEGUN]
    assert Draft.objects.get(case=case).writers == [desk["editor"].pk]


def test_an_engagement_is_told_of_in_one_case(desk):
    first = actions.begin_case(desk.owner, content=desk.content(), by=desk["editor"], born_of="engagement:1")
    with pytest.raises(ConflictError) as conflict:
        actions.begin_case(desk.owner, content=desk.content(), by=desk["second"], born_of="engagement:1")
    assert conflict.value.current == first


def test_a_case_without_a_title_has_a_name_until_it_gets_one(desk):
    case = desk.begun(title="  ")
    assert case.title == "題名のない事例"
    actions.save_draft(case, changes={"title": "在庫の事例"}, expected=1, by=desk["second"])
    case.refresh_from_db()
    assert case.title == "在庫の事例"


# --- Saving -------------------------------------------------------------------------------------


def test_fields_that_are_not_named_stay_and_writers_are_remembered(desk):
    case = desk.begun()
    draft = actions.save_draft(case, changes={"subtitle": "副題"}, expected=1, by=desk["second"])
    assert draft.revision == 2
    assert draft.writers == sorted([desk["editor"].pk, desk["second"].pk])
    assert Content.from_json(draft.content) == settled(desk.content(subtitle="副題"))


def test_saving_the_same_again_changes_nothing(desk):
    case = desk.submitted()
    before = Draft.objects.get(case=case)
    after = actions.save_draft(case, changes={"title": before.content["title"]}, expected=1, by=desk["second"])
    assert (after.revision, after.state, after.writers) == (1, DraftState.SUBMITTED, before.writers)


def test_of_two_writers_the_second_learns_what_the_first_wrote(desk):
    case = desk.begun()
    actions.save_draft(case, changes={"subtitle": "A"}, expected=1, by=desk["editor"])
    with pytest.raises(ConflictError) as conflict:
        actions.save_draft(case, changes={"subtitle": "B"}, expected=1, by=desk["second"])
    assert conflict.value.current.content["subtitle"] == "A"
    assert Draft.objects.get(case=case).content["subtitle"] == "A"


def test_a_submitted_text_that_changes_comes_back_to_writing(desk):
    case = desk.submitted()
    draft = actions.save_draft(case, changes={"year": 2024}, expected=None, by=desk["editor"])
    assert draft.state == DraftState.WRITING
    with pytest.raises(ValidationError):
        actions.publish(case, by=desk["second"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "題\0名"}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"title": "字" * 201}, "title"),
        ({"subtitle": "\u200b"}, "subtitle"),
        ({"contact": "\u202e担当"}, "contact"),
        ({"industry": "ZZ"}, "industry"),
        ({"year": 99999}, "year"),
        ({"stage_before": 7}, "stage_before"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"naming": "loud"}, "naming"),
        ({"basis": "rumour"}, "basis"),
        ({"municipality": "99999"}, "municipality"),
        ({"sections": {"summary": "字" * 20_001}}, "sections"),
        ({"sections": {"summary": "\0"}}, "sections"),
        ({"sections": {"secret": "x"}}, "sections"),
        ({"measures": [{"name": ""}]}, "measures"),
        ({"measures": [{"name": "n" * 121}]}, "measures"),
        ({"measures": [{"name": "n", "before": float("nan")}]}, "measures"),
        ({"measures": [{"name": "n", "on": "2025-13-01"}]}, "measures"),
        ({"measures": [{"name": "n"}] * 31}, "measures"),
        ({"participants": [{"organization": 987654321}]}, "participants"),
        ({"capabilities": ["no-such"]}, "capabilities"),
        ({"phases": ["no-such"]}, "phases"),
        ({"keywords": ["語" * 101]}, "keywords"),
        ({"keywords": ["a\nb"]}, "keywords"),
        ({"related_urls": ["ftp://example.jp/"]}, "related_urls"),
        ({"audience": {"summary": {"keys": ["everybody"]}}}, "audience"),
        ({"audience": {"summary": {"keys": ["org:x"]}}}, "audience"),
        ({"audience": {"summary": {"keys": [], "until": "tomorrow"}}}, "audience"),
        ({"opens_on": "2025-02-30"}, "opens_on"),
    ],
)
def test_what_no_row_takes_is_refused_at_its_field_and_the_draft_stays(desk, changes, field):
    case = desk.begun()
    with pytest.raises(ValidationError) as refused:
        actions.save_draft(case, changes=changes, expected=1, by=desk["editor"])
    assert field in refused.value.message_dict
    assert Draft.objects.get(case=case).revision == 1


def test_the_same_text_is_always_written_the_same_way(desk):
    one = settled(
        desk.content(
            phases=("analysis", "requirements", "analysis"),
            capabilities=("inventory", "pmo"),
            sections={**SECTIONS, "attachment": "  \n"},
        )
    )
    assert one == settled(desk.content())
    assert settled(desk.content(sections={"summary": "一\r\n二"})).sections == {"summary": "一\n二"}


def test_a_municipality_brings_its_prefecture(desk):
    place = Municipality.objects.filter(prefecture="23", retired_on=None).first()
    assert settled(desk.content(municipality=place.pk)).prefecture == "23"


# --- Submitting ---------------------------------------------------------------------------------


def test_what_a_complete_case_needs_is_named(desk):
    case = desk.begun(contact="", sections={**SECTIONS, "result": ""})
    with pytest.raises(ValidationError) as refused:
        actions.submit(case, by=desk["editor"])
    assert any("問い合わせ先" in said for said in refused.value.messages)
    assert any("成果" in said for said in refused.value.messages)
    assert Draft.objects.get(case=case).state == DraftState.WRITING


def test_reviewers_are_told_and_writers_are_not(desk):
    case = desk.begun()
    actions.submit(case, message="数字をご確認ください", by=desk["editor"])
    told = Notice.objects.filter(facts__what="submitted")
    assert {notice.user for notice in told} == {desk["second"]}
    assert CaseEvent.objects.get(deed=CaseDeed.SUBMITTED).detail == "数字をご確認ください"
    actions.send_back(case, reason="年を直す", by=desk["second"])
    actions.submit(case, by=desk["editor"])
    assert Notice.objects.filter(facts__what="submitted").count() == 2, "the same text again is news again"


@pytest.mark.parametrize("message", ["字" * 1001, "\0", "\u202e"])
def test_a_message_that_cannot_be_stored_is_refused(desk, message):
    case = desk.begun()
    with pytest.raises(ValidationError) as refused:
        actions.submit(case, message=message, by=desk["editor"])
    assert "message" in refused.value.message_dict


def test_a_text_that_changed_since_it_was_read_is_not_submitted(desk):
    case = desk.begun()
    actions.save_draft(case, changes={"year": 2024}, expected=1, by=desk["second"])
    with pytest.raises(ConflictError):
        actions.submit(case, expected=1, by=desk["editor"])


# --- Sending back -------------------------------------------------------------------------------


def test_a_text_goes_back_with_a_reason_to_who_wrote_it(desk):
    case = desk.submitted()
    with pytest.raises(ValidationError) as refused:
        actions.send_back(case, reason=" ", by=desk["second"])
    assert "reason" in refused.value.message_dict
    draft = actions.send_back(case, reason="数字の出どころを", by=desk["second"])
    assert (draft.state, draft.returned_because) == (DraftState.RETURNED, "数字の出どころを")
    assert {notice.user for notice in Notice.objects.filter(facts__what="returned")} == {desk["editor"]}
    with pytest.raises(ConflictError):
        actions.send_back(case, reason="もう一度", by=desk["second"])


def test_a_text_goes_back_when_whoever_wrote_it_has_gone(desk):
    case = desk.submitted()
    Draft.objects.update(saved_by=None, submitted_by=None)
    assert actions.send_back(case, reason="年を直す", by=desk["second"]).state == DraftState.RETURNED


@pytest.mark.parametrize("reason", ["字" * 1001, "\0"])
def test_a_reason_that_cannot_be_stored_is_refused_at_its_field(desk, reason):
    with pytest.raises(ValidationError) as refused:
        actions.send_back(desk.submitted(), reason=reason, by=desk["second"])
    assert "reason" in refused.value.message_dict


# --- Findings that may stay ---------------------------------------------------------------------


def test_a_reason_lets_a_finding_stay_and_an_empty_one_takes_that_back(desk):
    case = desk.begun()
    actions.acknowledge(case, finding="a", reason=" 公表ずみです ", by=desk["editor"])
    assert actions.acknowledge(case, finding="b", reason="x", by=desk["editor"]).acknowledged == {
        "a": "公表ずみです",
        "b": "x",
    }
    assert actions.acknowledge(case, finding="a", reason="", by=desk["second"]).acknowledged == {"b": "x"}
    for finding, reason in (("a", "\0"), ("\0", "x"), ("a", "字" * 401), ("f" * 201, "x")):
        with pytest.raises(ValidationError):
            actions.acknowledge(case, finding=finding, reason=reason, by=desk["editor"])


# --- A draft of a published case ----------------------------------------------------------------


def test_a_revision_begins_with_the_published_text_and_is_there_once(desk):
    case = desk.published()
    draft = actions.begin_revision(case, by=desk["editor"])
    assert Content.from_json(draft.content) == content_of(case)
    assert draft.writers == []
    assert actions.begin_revision(case, by=desk["second"]).pk == draft.pk


def test_nothing_that_is_written_shows_before_it_is_published(desk):
    case = desk.published()
    before = content_of(case), case.title, case.tlp, case.digest
    grants = sorted(case.sections.values_list("kind", "grants__key"))
    changes = {
        "title": "新しい題名",
        "sections": {"summary": "新しい本文"},
        "measures": [],
        "participants": [],
        "audience": {"summary": {"keys": ["public"]}},
        "opens_on": "2999-01-01",
    }
    draft = actions.begin_revision(case, by=desk["editor"])
    actions.save_draft(case, changes=changes, expected=draft.revision, by=desk["editor"])
    case.refresh_from_db()
    assert (content_of(case), case.title, case.tlp, case.digest) == before
    actions.discard_draft(case, by=desk["second"])
    case.refresh_from_db()
    assert (content_of(case), case.title, case.tlp, case.digest) == before
    assert sorted(case.sections.values_list("kind", "grants__key")) == grants
    assert desk.sees("outsider", case)


# --- Throwing away ------------------------------------------------------------------------------


def test_a_draft_that_was_never_published_goes_with_its_case(desk):
    case = desk.begun()
    assert actions.discard_draft(case, by=desk["second"]) is True
    assert not Case.objects.filter(pk=case.pk).exists()


def test_a_published_case_stays_when_its_draft_goes(desk):
    case = desk.published()
    actions.begin_revision(case, by=desk["editor"])
    assert actions.discard_draft(case, by=desk["editor"]) is False
    assert Case.objects.get(pk=case.pk).state == CaseState.PUBLISHED
    assert deeds(case)[0] == CaseDeed.DISCARDED
    with pytest.raises(ConflictError):
        actions.discard_draft(case, by=desk["editor"])


def test_content_survives_its_json(desk):
    content = desk.content(
        participants=(Took(desk.partner.pk, "開発", ("pmo",)), Took(desk.owner.pk)),
        measures=(Figure("a", "", None, 0.5),),
        audience={"summary": Planned(("public", "lab:3"), "2027-03-31")},
        opens_on="2027-01-01",
    )
    assert Content.from_json(content.as_json()) == content
