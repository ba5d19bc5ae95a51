"""From a submitted text to a published one: a second person, the right text, once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from casebook import actions
from casebook.models import Attachment, Case, CaseEvent, Draft, Grant, Participant, Version
from casebook.signals import case_changed
from casebook.vocabulary import CaseDeed, CaseState
from casebook.writing.content import Content, Planned, Took
from casebook.writing.live import content_of
from casebook.writing.settling import settled
from network.access import keys_held_by
from network.actions import ConflictError, merge
from network.codes import SIZE_BANDS
from network.models import Membership, Municipality, Notice, User
from network.vocabulary import Role
from tests.casebook.desk import NETWORK, SECTIONS, ask_to_write
from tests.cast import make_organization, make_person
from tests.threads import at_once, needs_several_connections, refused

pytestmark = pytest.mark.django_db
PEOPLE = ("editor", "second", "colleague", "delegate", "partner_editor", "outsider", "steward", "stranger")


def told():
    heard: list[int] = []

    def listen(case, **_more):
        heard.append(case.pk)

    case_changed.connect(listen, weak=False)
    return heard, listen


# --- Four eyes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("person", PEOPLE)
def test_only_the_second_editor_publishes(desk, person):
    case = desk.submitted()
    ask_to_write(case, desk["delegate"])
    desk.agreed(case)
    if person == "second":
        assert actions.publish(case, by=desk[person]).number == 1
        return
    problem = actions.SecondPersonNeededError if person == "editor" else PermissionDenied
    with pytest.raises(problem):
        actions.publish(case, by=desk[person])
    assert Case.objects.get(pk=case.pk).state == CaseState.DRAFT
    assert not Version.objects.exists()


def test_what_a_person_from_elsewhere_wrote_needs_one_editor(desk):
    case = desk.begun(by="editor")
    Draft.objects.update(writers=[])  # as after a publication: the editor wrote nothing of this one
    ask_to_write(case, desk["delegate"])
    actions.save_draft(case, changes={"subtitle": "代わりに"}, expected=1, by=desk["delegate"])
    actions.submit(case, by=desk["delegate"])
    desk.agreed(case)
    version = actions.publish(case, by=desk["editor"])
    assert (version.written_by, version.reviewed_by) == (desk["delegate"], desk["editor"])


def test_who_submitted_does_not_publish_even_without_writing(desk):
    case = desk.begun()
    actions.submit(case, by=desk["second"])
    desk.agreed(case)
    for person in ("editor", "second"):
        with pytest.raises(actions.SecondPersonNeededError):
            actions.publish(case, by=desk[person])
    actions.submit(case, by=desk["editor"])  # the writer submits instead: then the other is free to read it
    actions.publish(case, by=desk["second"])


def test_who_put_a_file_beside_the_text_wrote_it_too(desk):
    case = desk.submitted()
    file_of(case, "second", desk)
    desk.agreed(case)
    with pytest.raises(actions.SecondPersonNeededError):
        actions.publish(case, by=desk["second"])


def test_everybody_who_wrote_since_the_last_publication_counts_and_nobody_before(desk):
    case = desk.published(by="editor")
    desk.revised(case, by="second", year=2024)
    desk.agreed(case)
    with pytest.raises(actions.SecondPersonNeededError):
        actions.publish(case, by=desk["second"])
    version = actions.publish(case, by=desk["editor"])
    assert (version.number, version.written_by, version.reviewed_by) == (2, desk["second"], desk["editor"])


def test_may_publish_says_the_same(desk):
    case = desk.submitted()
    draft = Draft.objects.get(case=case)
    assert [name for name in PEOPLE if actions.may_publish(draft, desk[name])] == ["second"]


# --- The right text -----------------------------------------------------------------------------


def test_what_is_not_submitted_is_not_published(desk):
    case = desk.begun()
    desk.agreed(case)
    with pytest.raises(ValidationError, match="まだ確認に出されていません"):
        actions.publish(case, by=desk["second"])


def test_a_text_that_changed_since_it_was_read_is_not_published(desk):
    case = desk.submitted()
    digest = desk.digest(case)
    desk.revised(case, year=2024)
    desk.agreed(case)
    for expectation in ({"expected": 1}, {"digest": digest}):
        with pytest.raises(ConflictError):
            actions.publish(case, by=desk["second"], **expectation)
    actions.publish(case, by=desk["second"], expected=2, digest=desk.digest(case))


def test_what_became_incomplete_is_not_published(desk):
    case = desk.submitted()
    desk.agreed(case)
    Draft.objects.update(content={**Draft.objects.get().content, "contact": ""})
    with pytest.raises(ValidationError, match="問い合わせ先"):
        actions.publish(case, by=desk["second"])


CONTENTS = {
    "plain": {},
    "everything": {
        "subtitle": "副題",
        "naming": "region",
        "size_band": next(iter(SIZE_BANDS)),
        "stage_before": 1,
        "stage_after": 3,
        "schemes": ("IT導入補助金",),
        "source_title": "資料",
        "source_url": "https://example.jp/report",
        "related_urls": ("https://example.jp/a",),
        "opens_on": "2025-01-01",
    },
    "bare": {"participants": (), "measures": (), "keywords": (), "phases": ("operation", "analysis"), "basis": "own"},
    "as typed": {
        "capabilities": ("pmo", "inventory", "pmo"),
        "title": " 題 ",
        "sections": {**SECTIONS, "result": "a\r\nb"},
    },
}


@pytest.mark.parametrize("name", CONTENTS)
def test_exactly_the_draft_is_published(desk, name):
    wanted = settled(desk.content(**CONTENTS[name]))
    case = desk.published(**CONTENTS[name])
    assert content_of(case).changed(audience={}) == wanted.changed(audience={})
    assert Content.from_json(desk.version(case).content) == wanted
    assert desk.version(case).digest == case.digest == wanted.digest()
    assert not Draft.objects.exists()


def test_a_text_that_is_taken_up_again_unchanged_needs_no_new_consent(desk):
    case = desk.published(municipality=Municipality.objects.filter(prefecture="22", retired_on=None).first().pk)
    before = case.digest
    desk.revised(case)
    assert desk.digest(case) == before
    assert actions.publish(case, by=desk["second"]).number == 2


def test_the_second_version_replaces_the_first_whole(desk):
    case = desk.published()
    left = {kind: text for kind, text in SECTIONS.items() if kind != "identity"}
    desk.revised(case, sections=left | {"attachment": "様式"}, measures=[], participants=[], phases=["operation"])
    desk.agreed(case)
    actions.publish(case, remark="表を外しました", by=desk["second"])
    case.refresh_from_db()
    assert set(case.sections.values_list("kind", flat=True)) == {*left, "attachment"}
    assert not case.measures.exists()
    assert not case.participants.exists()
    assert [row.phase for row in case.phases.all()] == ["operation"]
    assert case.version == 2
    assert desk.version(case).note == "表を外しました"
    assert CaseEvent.objects.filter(deed=CaseDeed.PUBLISHED).first().detail == "表を外しました"


def test_a_remark_that_cannot_be_stored_is_refused(desk):
    case = desk.submitted()
    desk.agreed(case)
    for remark in ("\0", "字" * 1001):
        with pytest.raises(ValidationError):
            actions.publish(case, remark=remark, by=desk["second"])


# --- Who reads it then --------------------------------------------------------------------------


def grants(case):
    return set(Grant.objects.filter(section__case=case).values_list("section__kind", "key", "until"))


def test_each_section_opens_as_planned_and_those_without_a_plan_stay_as_they_are(desk):
    case = desk.published(audience={"summary": Planned(("public",), "2999-03-31"), "result": NETWORK}, scope="public")
    assert grants(case) == {("summary", "public", date(2999, 3, 31)), ("result", "network", None)}
    assert case.tlp == "CLEAR"
    assert case.published == timezone.localdate()
    desk.revised(case, audience={"summary": {"keys": ["network"]}})
    actions.publish(case, by=desk["second"])
    assert grants(case) == {("summary", "network", None), ("result", "network", None)}


def test_a_team_is_the_owner_and_whoever_took_part_and_follows_them(desk):
    helper = make_organization("helper")
    person = make_person("helping")
    Membership.objects.create(user=person, organization=helper, role=Role.EDITOR)
    case = desk.published(audience={"summary": Planned(("team",))})
    team = case.team
    assert {member.organization for member in team.members.all()} == {desk.owner, desk.partner}
    assert grants(case) == {("summary", f"team:{team.pk}", None)}
    assert desk.sees("partner", case)
    assert not desk.sees("outsider", case)
    desk.revised(case, participants=[{"organization": helper.pk, "role": "研修"}], audience={})
    desk.clients_word(case)
    [asked] = actions.ask_approvals(case, digest=desk.digest(case), by=desk["editor"])
    actions.answer_approval(asked, agreed=True, scope="network", by=person)
    actions.publish(case, by=desk["second"])
    assert {member.organization for member in team.members.all()} == {desk.owner, helper}
    assert f"team:{team.pk}" in keys_held_by(person)
    assert not desk.sees("partner", case), "who is not in the text any more reads it no more"


def test_nobody_reads_before_the_day(desk):
    tomorrow = timezone.localdate() + timedelta(days=1)
    case = desk.published(opens_on=tomorrow.isoformat())
    assert not desk.sees("outsider", case)
    assert desk.sees("colleague", case)
    Case.objects.update(opens_on=timezone.localdate())
    assert desk.sees("outsider", case)


def test_writers_are_told_and_the_house_too(desk):
    heard, listen = told()
    try:
        case = desk.published()
    finally:
        case_changed.disconnect(listen)
    assert heard.count(case.pk) == 2, "begun, published"
    assert {notice.user for notice in Notice.objects.filter(facts__what="published")} == {desk["editor"]}


# --- Files --------------------------------------------------------------------------------------


def file_of(case, by, desk, **values):
    row = {"name": "図.png", "description": "前と後", "sha256": "0" * 64, "size": 1, "content_type": "image/png"}
    return Attachment.objects.create(case=case, section="summary", file="x", uploaded_by=desk[by], **(row | values))


def test_a_file_beside_the_draft_is_for_nobody_else_before_the_text_is_published(desk):
    case = desk.published()
    file = file_of(case, "editor", desk)
    readers = {name for name in desk.people if Attachment.objects.visible_to(desk[name]).exists()}
    assert readers == {"editor", "second", "colleague"}
    desk.revised(case)
    with pytest.raises(actions.ConsentWantingError):
        actions.publish(case, by=desk["second"])
    desk.agreed(case)
    actions.publish(case, by=desk["second"])
    file.refresh_from_db()
    assert file.live
    assert Attachment.objects.visible_to(desk["outsider"]).get() == file


def test_files_of_a_discarded_draft_go_and_published_ones_stay(desk):
    case = desk.submitted()
    old = file_of(case, "editor", desk)
    desk.agreed(case)
    actions.publish(case, by=desk["second"])
    actions.begin_revision(case, by=desk["editor"])
    file_of(case, "editor", desk, sha256="1" * 64)
    actions.discard_draft(case, by=desk["editor"])
    assert list(Attachment.objects.all()) == [old]


# --- What is over stays over --------------------------------------------------------------------


def test_a_case_that_a_steward_took_down_stays_so(desk):
    case = desk.published()
    Case.objects.update(state=CaseState.TAKEN_DOWN, taken_down_because="名前")
    desk.revised(case, year=2024)
    desk.agreed(case)
    actions.publish(case, by=desk["second"])
    case.refresh_from_db()
    assert (case.state, case.year) == (CaseState.TAKEN_DOWN, 2024)
    assert not desk.sees("outsider", case)
    assert desk.sees("steward", case)


def test_an_archived_case_opens_with_its_new_text(desk):
    case = desk.published()
    actions.archive(case, by=desk["editor"])
    desk.revised(case)
    actions.publish(case, by=desk["second"])
    assert desk.sees("outsider", case)


def test_versions_and_events_are_written_once(desk):
    case = desk.published()
    for row in (desk.version(case), case.events.first()):
        with pytest.raises(TypeError, match="written once"):
            row.save()
    desk.version(case).refresh_from_db()
    with pytest.raises(TypeError):
        Version.objects.update_or_create(case=case, number=1, defaults={"note": "x"})


# --- Records that became one --------------------------------------------------------------------


def merged(desk, dropped, kept):
    merge(kept, dropped, reason="二重の登録", by=desk["steward"])


def test_a_partner_whose_record_went_into_another_is_named_by_that_one(desk):
    twin = make_organization("twin")
    case = desk.submitted(participants=(Took(twin.pk, "開発"),))
    desk.clients_word(case)
    merged(desk, twin, desk.partner)
    with pytest.raises(actions.ConsentWantingError) as lacking:
        actions.publish(case, by=desk["second"])
    wanted = {(one.organization, one.why) for one in lacking.value.wanting}
    assert wanted == {(None, "other_text"), (desk.partner, "nothing")}
    desk.agreed(case)
    actions.publish(case, by=desk["second"])
    assert Participant.objects.get(case=case).organization == desk.partner


def test_two_partners_that_became_one_are_one(desk):
    twin = make_organization("twin")
    case = desk.submitted(participants=(Took(desk.partner.pk, "開発"), Took(twin.pk, "研修")))
    merged(desk, twin, desk.partner)
    desk.agreed(case)
    actions.publish(case, by=desk["second"])
    assert Participant.objects.get(case=case).organization == desk.partner


def test_a_merge_after_publication_moves_the_partners_word_with_it(desk):
    other = make_organization("other")
    case = desk.published()
    merged(desk, desk.partner, other)
    assert desk.sees("outsider", case)
    assert actions.consents_allow(case, "network")
    binding = case.consents.get(organization__isnull=False)
    assert binding.organization == other
    actions.withdraw_consent(binding, reason="方針", by=desk["partner_editor"])
    assert not desk.sees("outsider", case)


# --- At once ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_publish_at_once_one_does(desk):
    needs_several_connections()
    case = desk.submitted()
    desk.agreed(case)
    outcomes = at_once(*[lambda: actions.publish(case, by=User.objects.get(pk=desk["second"].pk))] * 8)
    assert len(refused(outcomes)) == 7
    assert all(isinstance(one, ConflictError) for one in refused(outcomes))
    assert Version.objects.filter(case=case).count() == 1
    assert CaseEvent.objects.filter(case=case, deed=CaseDeed.PUBLISHED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_publishes_past_a_withdrawal(desk):
    needs_several_connections()
    case = desk.submitted()
    desk.agreed(case)
    word = case.consents.get(organization=None)
    deeds = [
        lambda: actions.publish(case, by=User.objects.get(pk=desk["second"].pk)),
        lambda: actions.withdraw_consent(word, reason="取り消し", by=User.objects.get(pk=desk["editor"].pk)),
    ] * 4
    at_once(*deeds)
    assert not desk.sees("outsider", case), "whichever came first"
    word.refresh_from_db()
    assert word.withdrawn_at
    assert CaseEvent.objects.filter(case=case, deed=CaseDeed.CONSENT_WITHDRAWN).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_write_and_two_who_publish_leave_a_text_that_was_agreed_to(desk):
    needs_several_connections()
    case = desk.submitted()
    desk.agreed(case)
    agreed = desk.digest(case)
    deeds = [
        lambda: actions.publish(case, by=User.objects.get(pk=desk["second"].pk)),
        lambda: actions.save_draft(
            case, changes={"subtitle": "急いで"}, expected=None, by=User.objects.get(pk=desk["editor"].pk)
        ),
    ] * 2
    at_once(*deeds)
    assert all(version.digest == agreed for version in Version.objects.filter(case=case))


def test_a_file_in_a_section_without_a_word_asks_for_one(desk):
    """Else nobody outside could have it: access goes by the section."""
    case = desk.submitted()
    desk.agreed(case)
    file_of(case, "editor", desk, name="図.pdf")
    Attachment.objects.update(section="attachment")
    desk.agreed(case)
    with pytest.raises(ValidationError, match="「添付」にファイルがあります"):
        actions.publish(case, by=desk["second"])
