"""A room: who may do what, what stays of it, and that nothing happens twice."""

import io
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from PIL import Image

from matching.models import Engagement, Event, Need, Proposal, ReadMark, Room, RoomFile, TeamPlan
from matching.rooms import actions, notes
from matching.rooms.people import mentioned_in, participants
from matching.rooms.showing import found_in, lines_of, stream, with_unread
from matching.vocabulary import EventKind
from network.access import keys_held_by
from network.actions.base import ConflictError
from network.models import Letter, Membership, Notice, TeamMember, User
from network.notices.words import read
from tests.matching.room_cast import INSIDE, ROLES, build_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db):
    return build_scene()


def png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(made, "PNG")
    return made.getvalue()


def upload(name="図.png", content=None):
    return SimpleUploadedFile(name, png() if content is None else content)


def seqs(room) -> list[int]:
    return list(Event.objects.filter(room=room).order_by("seq").values_list("seq", flat=True))


# --- The truth table ----------------------------------------------------------------------------

TRUTH = """
                   see  post  edit_own  edit_mates  delete_own  delete_mates  open
member             yes  yes   yes       no          yes         no            no
mate               yes  yes   yes       yes         yes         yes           no
facilitator        yes  yes   yes       no          yes         yes           yes
other_facilitator  no   no    no        no          no          no            no
outsider           no   no    no        no          no          no            no
stranger           no   no    no        no          no          no            no
former             no   no    no        no          no          no            no
inactive           no   no    no        no          no          no            no
closed             no   no    no        no          no          no            no
steward            no   no    no        no          no          no            no
"""
"""`mates` is a message of the mate; `former` wrote while it was in the room, as all of them did."""
HEAD, *ROWS = [line.split() for line in TRUTH.strip().splitlines()]


def own_message(scene, who) -> Event:
    """One that the person wrote when the room was still the person's."""
    with patch.object(actions, "inside"):
        return scene.say(who, "前の発言")


VERBS = {
    "see": lambda scene, by: Room.objects.visible_to(by).get(pk=scene.room.pk),
    "post": lambda scene, by: actions.post(scene.room, text="こんにちは", by=by),
    "edit_own": lambda scene, by: actions.edit(scene.mine, text="直した", version=0, by=by),
    "edit_mates": lambda scene, by: actions.edit(scene.mates, text="直した", version=0, by=by),
    "delete_own": lambda scene, by: actions.delete(scene.mine, by=by),
    "delete_mates": lambda scene, by: actions.delete(scene.mates, by=by),
    "open": lambda scene, by: actions.open_room(scene.team, labs=[scene.labs["own"]], by=by),
}


def test_the_table_names_everybody_and_every_verb():
    assert tuple(row[0] for row in ROWS) == ROLES
    assert list(VERBS) == HEAD


def test_the_truth_table(scene):
    for who, *cells in ROWS:
        for verb, cell in zip(HEAD, cells, strict=True):
            with transaction.atomic():
                scene.mine, scene.mates = own_message(scene, who), own_message(scene, "mate")
                try:
                    VERBS[verb](scene, scene.people[who])
                    answer = "yes"
                except (PermissionDenied, Room.DoesNotExist):
                    answer = "no"
                assert answer == cell, (who, verb)
                transaction.set_rollback(True)


@pytest.mark.parametrize("who", ROLES)
def test_a_room_is_seen_by_who_holds_the_teams_key_and_by_its_facilitators(scene, who):
    person = scene.people[who]
    holds = f"team:{scene.team.pk}" in keys_held_by(person)
    leads = person.facilitated.filter(lab=scene.labs["own"]).exists()
    assert Room.objects.visible_to(person).exists() is (holds or leads) is (who in INSIDE)
    assert (who in {one.user.name.removeprefix("架空 ") for one in participants(scene.room)}) is (who in INSIDE)


def test_who_leaves_the_team_is_out_at_once(scene):
    scene.say("mate", "まだいます")
    TeamMember.objects.filter(team=scene.team, organization=scene.organizations["vendor"]).delete()
    with pytest.raises(PermissionDenied):
        scene.say("mate", "もういません")
    assert scene.client("mate").get(scene.path()).status_code == 404


# --- Numbers ------------------------------------------------------------------------------------


class TestNumbers(TestCase):
    @transaction.atomic
    def fail_after_saying(self, scene):
        scene.say("member", "取り消し")
        raise ZeroDivisionError

    @settings(max_examples=15)
    @given(st.lists(st.sampled_from(["post", "edit", "delete", "note", "refused", "failed", "again"]), max_size=14))
    def test_events_are_numbered_without_a_gap_whatever_fails_between(self, deeds):
        """Against the plainest reference: a count of what succeeded."""
        scene, standing, expected = build_scene(), [], 1
        for position, deed in enumerate(deeds):
            by = scene.people["member"]
            if deed == "post":
                standing.append(scene.say("member", f"{position}番目", key=f"k{position}"))
            elif deed == "again" and standing:
                scene.say("member", standing[-1].text, key=standing[-1].key)
                expected -= 1
            elif deed == "edit" and standing:
                current = Event.objects.get(pk=standing[-1].pk)
                actions.edit(current, text=f"直し{position}", version=current.version, by=by)
            elif deed == "delete" and standing:
                actions.delete(standing.pop(), by=by)
            elif deed == "note":
                actions.note(scene.room, "said", text="記録", by=by)
            elif deed == "refused":
                with pytest.raises(ValidationError):
                    scene.say("member", "\u200b")
                expected -= 1
            elif deed == "failed":
                with pytest.raises(ZeroDivisionError):
                    self.fail_after_saying(scene)
                expected -= 1
            else:
                expected -= 1
            expected += 1
            if deed == "again" and standing:
                standing[-1] = Event.objects.get(pk=standing[-1].pk)
        assert seqs(scene.room) == list(range(1, expected + 1))
        assert Room.objects.get(pk=scene.room.pk).last_seq == expected


def test_the_database_refuses_a_number_twice(scene):
    with pytest.raises(IntegrityError, match=r"event_numbered_once|UNIQUE"), transaction.atomic():
        Event.objects.create(room=scene.room, seq=1, kind=EventKind.NOTE, what="opened")


# --- Once ---------------------------------------------------------------------------------------


def test_the_same_key_says_it_once_and_another_text_under_it_is_refused(scene):
    first = scene.say("member", "一度だけ", key="abc")
    assert scene.say("member", "一度だけ", key="abc").pk == first.pk
    with pytest.raises(actions.KeyUsedError):
        scene.say("member", "別の文", key="abc")
    assert scene.say("mate", "一度だけ", key="abc").pk != first.pk, "a key is the sender's own"
    assert Event.objects.filter(text="一度だけ").count() == 2


def test_over_http_a_second_submission_gets_the_same_reply(scene):
    client = scene.client("member")
    head = {"Accept": "application/json", "Idempotency-Key": "page-1"}
    answers = [client.post(scene.path("messages/"), {"text": "二重に送る"}, headers=head) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    other = client.post(scene.path("messages/"), {"text": "別の内容"}, headers=head)
    assert other.status_code == 422
    assert "key" in other.json()["problems"]
    assert Event.objects.filter(kind=EventKind.MESSAGE).count() == 1


def test_a_form_sent_twice_says_it_once_and_leads_to_the_same_place(scene):
    client = scene.client("member")
    key = client.get(scene.path()).context["form"]["key"].value()
    answers = [client.post(scene.path("messages/"), {"text": "フォームから", "key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert "フォームから" in client.get(answers[0]["Location"]).content.decode()
    assert Event.objects.filter(text="フォームから").count() == 1


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "a\x00b", "字" * 4001, "\u202eabc", "a\ud800"])
def test_what_cannot_be_a_message_is_refused_and_nothing_typed_is_lost(scene, text):
    with pytest.raises(ValidationError):
        scene.say("member", text)
    if "\ud800" not in text:
        answer = scene.client("member").post(scene.path("messages/"), {"text": text})
        assert answer.status_code == 422
        assert 'class="errorlist' in answer.content.decode()
    assert not Event.objects.filter(kind=EventKind.MESSAGE).exists()


def test_letters_of_four_bytes_come_back_as_they_were(scene):
    text = "𠮷野家\U000e0100 👩‍👧"
    assert Event.objects.get(pk=scene.say("member", text).pk).text == text


# --- Edit and delete ----------------------------------------------------------------------------


def test_an_edit_keeps_what_was_said_and_twice_is_once(scene):
    message = scene.say("member", "はじめの文")
    actions.edit(message, text="直した文", version=0, by=scene.people["member"])
    actions.edit(message, text="直した文", version=0, by=scene.people["member"])
    [change] = message.changes.all()
    assert (change.text, change.kind, change.seq) == ("はじめの文", EventKind.EDITED, message.seq + 1)
    page = scene.client("mate").get(scene.path(f"messages/{message.seq}/trace/")).content.decode()
    assert "はじめの文" in page
    assert "直した文" in page


def test_the_second_of_two_edits_sees_both_texts(scene):
    message, client = scene.say("member", "はじめの文"), scene.client("member")
    actions.edit(message, text="先に直した", version=0, by=scene.people["member"])
    answer = client.post(scene.path(f"messages/{message.seq}/edit/"), {"text": "あとから", "version": 0})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "先に直した" in page
    assert "あとから" in page
    again = client.post(scene.path(f"messages/{message.seq}/edit/"), {"text": "あとから", "version": 1})
    assert again.status_code == 302
    assert Event.objects.get(pk=message.pk).text == "あとから"


def test_a_deletion_takes_text_earlier_texts_and_files_and_leaves_a_trace(scene, django_capture_on_commit_callbacks):
    message = scene.say("member", "漏れた名前", uploads=[upload()])
    stored = RoomFile.objects.get().file.name
    actions.edit(message, text="直した名前", version=0, by=scene.people["member"])
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete(message, by=scene.people["facilitator"])
    actions.delete(message, by=scene.people["facilitator"])
    assert not default_storage.exists(stored)
    assert not RoomFile.objects.exists()
    rows = Event.objects.filter(room=scene.room)
    assert not [one for one in rows if "名前" in one.text + one.folded]
    assert rows.filter(kind=EventKind.DELETED).count() == 1
    for path in ("", f"messages/{message.seq}/trace/", "events/?after=0", "?q=名前"):
        page = scene.client("mate").get(scene.path(path)).content.decode()
        assert "漏れた" not in page
        assert "直した" not in page
    assert "架空 facilitatorさんが削除しました" in scene.client("mate").get(scene.path()).content.decode()
    with pytest.raises(ConflictError):
        actions.edit(message, text="また", version=1, by=scene.people["member"])


def test_the_database_refuses_text_of_a_deleted_message(scene):
    message = scene.say("member", "消す")
    actions.delete(message, by=scene.people["member"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=message.pk).update(text="戻した")


# --- Threads, reading, searching ----------------------------------------------------------------


def test_an_answer_to_an_answer_belongs_to_the_same_thread(scene):
    root = scene.say("member", "議題")
    answer = scene.say("mate", "賛成です", reply_to=root.seq)
    deeper = scene.say("member", "では進めます", reply_to=answer.seq)
    scene.say("mate", "別の話")
    assert answer.thread == deeper.thread == root
    page = scene.client("mate").get(scene.path(f"?thread={root.seq}")).content.decode()
    assert "では進めます" in page
    assert "別の話" not in page
    with pytest.raises(ValidationError):
        scene.say("mate", "どれに", reply_to=999)


def test_a_mark_goes_forward_only_and_never_beyond_the_last(scene):
    member = scene.people["member"]
    scene.say("mate", "一")
    scene.say("mate", "二")
    assert [actions.mark_read(scene.room, seq, by=member) for seq in (2, 1, 99)] == [2, 2, 3]
    assert ReadMark.objects.filter(user=member).count() == 1


def test_unread_messages_are_those_of_others_after_the_mark(scene):
    member = scene.people["member"]
    scene.say("mate", "一")
    gone = scene.say("mate", "二")
    scene.say("member", "自分の")
    scene.say("mate", "三")
    actions.delete(gone, by=scene.people["mate"])
    assert [room.unread for room in with_unread(Room.objects.visible_to(member), member)] == [1]
    assert "新しいメッセージ1件" in scene.client("member").get("/rooms/").content.decode()
    scene.client("member").get(scene.path())
    assert [room.unread for room in with_unread(Room.objects.visible_to(member), member)] == [0]


@pytest.mark.parametrize(
    ("query", "found"), [("ＲＦＰ", 1), ("rfp 見積", 1), ("在庫表", 1), ("見積 納期", 0), ("%", 0), ("_", 0)]
)
def test_a_search_finds_words_and_file_names_of_any_width(scene, query, found):
    scene.say("member", "RFPの見積をお願いします")
    scene.say("mate", "承知しました", uploads=[upload("在庫表.png")])
    assert found_in(scene.room, query).count() == found


def test_a_page_costs_the_same_with_one_line_and_with_three(scene, django_assert_num_queries):
    counts = []
    for _ in range(2):
        for text in ("一", "二"):
            scene.say("mate", text, reply_to=None, uploads=[upload()])
        events = stream(Room.objects.get(pk=scene.room.pk))
        people = participants(scene.room)
        with django_assert_num_queries(4):
            lines = lines_of(events, scene.room, scene.people["member"], people)
            counts.append(len([(line.html, list(line.event.files.all())) for line in lines]))
    assert counts[0] < counts[1]


def test_the_events_after_a_number_cost_the_same_with_one_and_with_three(scene, django_assert_num_queries):
    client = scene.client("member")
    for text in ("一", "二", "三"):
        scene.say("mate", text)
    for after in (3, 1):
        with django_assert_num_queries(12):
            told = client.get(scene.path(f"events/?after={after}")).json()
        assert [one["seq"] for one in told["events"]] == list(range(after + 1, 5))
    assert told["last"] == 4
    assert told["more"] is False


def test_events_come_in_order_in_portions_and_an_edit_brings_its_whole_line(scene, monkeypatch):
    monkeypatch.setattr("matching.views.rooms.AT_A_TIME", 3)
    first = scene.say("mate", "はじめ")
    actions.edit(first, text="<b>直した</b>", version=0, by=scene.people["mate"])
    for text in ("二", "三"):
        scene.say("mate", text)
    client, after, got = scene.client("member"), 0, []
    while True:
        told = client.get(scene.path(f"events/?after={after}")).json()
        got += told["events"]
        after = told["events"][-1]["seq"]
        if not told["more"]:
            break
    assert [one["seq"] for one in got] == [1, 2, 3, 4, 5]
    assert got[2]["target"] == first.seq
    assert "&lt;b&gt;直した&lt;/b&gt;" in got[2]["html"]
    assert "<b>" not in got[2]["html"]


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=" + "9" * 30])
def test_a_number_that_is_none_is_not_found(scene, query):
    assert scene.client("member").get(scene.path(f"events/?{query}")).status_code == 404


# --- Files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.exe", b"MZ..."), ("a.png", b"<svg onload=alert(1)>"), ("a.svg", b"<svg/>"), ("leer.txt", b"")],
)
def test_a_file_that_no_case_takes_no_room_takes(scene, name, content):
    answer = scene.client("member").post(scene.path("messages/"), {"text": "どうぞ", "file": upload(name, content)})
    assert answer.status_code == 422
    assert "どうぞ" in answer.content.decode()
    assert not RoomFile.objects.exists()
    assert not Event.objects.filter(kind=EventKind.MESSAGE).exists()


def fetched(scene, who, file):
    """The answer, read to its end."""
    answer = scene.client(who).get(scene.path(f"files/{file.pk}/"))
    assert b"".join(answer)  # which closes it
    return answer


def test_a_file_is_handed_over_as_nothing_but_what_it_is(scene):
    scene.client("member").post(scene.path("messages/"), {"file": [upload("一.txt", "表".encode()), upload()]})
    text, picture = RoomFile.objects.order_by("pk")
    answer = fetched(scene, "mate", text)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert fetched(scene, "mate", picture)["Content-Type"] == "image/png"
    for who in ("outsider", "other_facilitator", "steward", "former"):
        assert scene.client(who).get(scene.path(f"files/{text.pk}/")).status_code in {302, 404}
    assert scene.client("mate").get(f"/rooms/{scene.room.pk + 1}/files/{text.pk}/").status_code == 404


def test_six_files_are_too_many(scene):
    with pytest.raises(ValidationError):
        scene.say("member", "多い", uploads=[upload(f"{n}.png") for n in range(6)])


# --- Mentions and notices -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@架空 mate お願いします", ["mate"]),
        ("＠架空 mate＠架空 facilitator", ["facilitator", "mate"]),
        ("@架空 vendor の皆さん", ["mate"]),
        ("@架空 outsider", []),
        ("a@b.example", []),
        ("@", []),
    ],
)
def test_whom_an_at_calls(scene, text, called):
    found = mentioned_in(text, participants(scene.room))
    assert sorted(person.name.removeprefix("架空 ") for person in found) == called


def told(person: User) -> list[str]:
    return [one.sentence for one in read(person.notices.filter(kind="room").order_by("pk"), person)]


def test_each_is_told_once_for_the_strongest_reason(scene):
    root = scene.say("mate", "議題")
    Notice.objects.all().delete()
    Letter.objects.all().delete()
    scene.say("member", "@架空 mate 賛成です", reply_to=root.seq)
    assert told(scene.people["mate"]) == ["連携ルーム「架空の支援チーム」で、架空 memberさんがあなたに呼びかけました。"]
    assert told(scene.people["facilitator"]) == ["連携ルーム「架空の支援チーム」に新しいメッセージがあります。"]
    assert told(scene.people["member"]) == []
    [letter] = Letter.objects.all()
    assert letter.to == scene.people["mate"].email
    assert "議題" not in letter.body + letter.subject
    assert "架空の支援チーム" not in letter.body + letter.subject
    assert "お送りしています" in letter.body
    assert "止めるには" in letter.body


def test_many_messages_are_one_notice_until_the_room_is_read(scene):
    for text in ("一", "二", "三"):
        scene.say("mate", text)
    assert len(told(scene.people["member"])) == 1
    scene.client("member").get(scene.path())
    assert not scene.people["member"].notices.filter(read_at=None).exists()
    scene.say("mate", "四")
    assert scene.people["member"].notices.filter(read_at=None).count() == 1


def test_who_left_is_told_nothing_any_more(scene):
    scene.say("mate", "@架空 member")
    Membership.objects.filter(user=scene.people["member"]).delete()
    assert told(scene.people["member"]) == ["内容は、いまはご覧になれません。所属や公開の範囲が変わりました。"]


# --- Notes --------------------------------------------------------------------------------------


def test_a_note_is_told_in_words_made_when_it_is_read(scene, monkeypatch):
    monkeypatch.setitem(notes.WORDS, "task_done", "%(by)sが「%(task)s」を終えました（%(unknown)s）。")
    actions.note(scene.room, "task_done", by=scene.people["mate"], task="<i>見積</i>")
    page = scene.client("member").get(scene.path()).content.decode()
    assert "架空 mateが「&lt;i&gt;見積&lt;/i&gt;」を終えました（…）。" in page
    assert "連携ルームができました。" in page


def test_opening_twice_is_once(scene):
    again = actions.open_room(scene.team, labs=[scene.labs["own"]], by=scene.people["facilitator"])
    assert again.pk == scene.room.pk
    assert seqs(scene.room) == [1]


# --- The work beside it -------------------------------------------------------------------------


def engagement_of(scene) -> Engagement:
    """The scene's team at work for a need of its lab; nothing else of it matters here."""
    need = Need.objects.create(title="架空の案件", lab=scene.labs["own"], prefecture="22")
    made = dict.fromkeys(("engine", "weights", "registry_version", "inputs_hash"), "x")
    proposal = Proposal.objects.create(need=need, result={}, **made)
    plan = TeamPlan.objects.create(need=need, proposal=proposal, title="架空の支援", team=scene.team, state="working")
    engagement = Engagement.objects.create(
        plan=plan, team=scene.team, lead=scene.organizations["bank"], started_on=timezone.localdate()
    )
    phase = engagement.phases.create(phase="procurement", accountable=scene.organizations["bank"])
    engagement.tasks.create(what="見積を集める", organization=scene.organizations["vendor"], phase=phase)
    engagement.tasks.create(what="終えた作業", organization=scene.organizations["vendor"], done_at=timezone.now())
    return engagement


def test_phases_and_open_tasks_of_the_engagement_stand_beside_the_talk(scene):
    engagement_of(scene)
    page = scene.client("mate").get(scene.path()).content.decode()
    assert "見積を集める" in page
    assert "調達" in page
    assert "終えた作業" not in page


@pytest.mark.parametrize(("who", "status"), [("facilitator", 302), ("mate", 403), ("outsider", 404), ("steward", 404)])
def test_a_facilitator_opens_the_room_of_a_team_at_work(scene, who, status):
    engagement_of(scene)
    scene.room.delete()
    shown = "連携ルームを開く" in scene.client("facilitator").get("/rooms/").content.decode()
    assert shown
    assert "連携ルームを開く" not in scene.client("mate").get("/rooms/").content.decode()
    if who == "steward":
        User.objects.filter(pk=scene.people[who].pk).update(is_steward=False)
    assert scene.client(who).post(f"/rooms/open/{scene.team.pk}/").status_code == status
    assert Room.objects.count() == (1 if status == 302 else 0)
    assert ("連携ルームを開く" in scene.client("facilitator").get("/rooms/").content.decode()) is (status != 302)
