"""Asking the network: the question goes to the facilitators of the asker's own labs, when the asker says so."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from network.actions.base import ConflictError
from network.models import Lab, LabFacilitator, Membership, Notice, User
from network.notices.words import read
from search import actions
from search.records import Inquiry
from tests.search.cast import make_member


@pytest.fixture
def lab(db):
    return Lab.objects.get(name="静岡県")


@pytest.fixture
def other_lab(db):
    return Lab.objects.get(name="大阪市")


@pytest.fixture
def facilitator(lab):
    person = make_member(name="進行 花子")
    LabFacilitator.objects.create(user=person, lab=lab)
    return person


@pytest.fixture
def elsewhere(other_lab):
    person = make_member()
    LabFacilitator.objects.create(user=person, lab=other_lab)
    return person


@pytest.fixture
def asker(developer, vendor, lab, facilitator):
    vendor.labs.add(lab)
    return developer


def send(asker, lab, text="FAXの受注をやめた事例はありますか"):
    return actions.send_inquiry(text=text, labs=[lab], by=asker)


def told(person):
    return [one.sentence for one in read(person.notices.all(), person)]


def test_the_page_begins_with_what_was_searched_and_sends_nothing_by_itself(client, asker, facilitator):
    client.force_login(asker)
    shown = client.get(reverse("search:ask"), {"q": "翡翠 採掘", "industry": "C"}).content.decode()
    assert "「翡翠 採掘・鉱業，採石業，砂利採取業」" in shown.replace("、", "，")
    assert not Inquiry.objects.exists()
    assert not Notice.objects.exists()


def test_it_goes_to_the_facilitators_of_the_askers_labs_alone(client, asker, facilitator, elsewhere, banker):
    lab = Lab.objects.get(name="静岡県")
    client.force_login(asker)
    answer = client.post(reverse("search:ask"), {"text": "翡翠の事例はありますか", "labs": [lab.pk]})
    assert answer["Location"] == reverse("search:inquiries")
    name = asker.memberships.get().organization.name
    assert told(facilitator) == [f"{name}の方から、事例が見つからなかったことについて質問が届きました。"]
    assert not elsewhere.notices.exists()
    for person, sees in ((asker, True), (facilitator, True), (elsewhere, False), (banker, False)):
        client.force_login(person)
        assert ("翡翠の事例はありますか" in client.get(reverse("search:inquiries")).content.decode()) is sees


def test_the_notice_leads_to_the_question_only_while_one_facilitates(asker, lab, facilitator):
    inquiry = send(asker, lab)
    [shown] = read(facilitator.notices.all(), facilitator)
    assert shown.address == f"/inquiries/#inquiry-{inquiry.pk}"
    LabFacilitator.objects.all().delete()
    [shown] = read(facilitator.notices.all(), facilitator)
    assert shown.address == ""
    assert "天竜" not in shown.sentence
    assert not Inquiry.objects.visible_to(facilitator).exists()


@pytest.mark.parametrize("member", [False, True])
@pytest.mark.usefixtures("facilitator")
def test_who_has_no_lab_is_told_so_and_cannot_send(client, member, lab, bank):
    asker = make_member(bank if member else None)
    client.force_login(asker)
    assert "質問を送れるラボがありません" in client.get(reverse("search:ask")).content.decode()
    with pytest.raises(ValidationError):
        send(asker, lab)
    assert client.post(reverse("search:ask"), {"text": "在庫", "labs": [lab.pk]}).status_code == 422


def test_a_lab_that_is_not_ones_own_is_refused(asker, lab, other_lab, elsewhere):
    with pytest.raises(ValidationError):
        actions.send_inquiry(text="在庫", labs=[lab, other_lab], by=asker)
    assert not Inquiry.objects.exists()


def test_a_facilitator_may_ask_the_others_of_the_lab(lab, facilitator):
    assert not actions.labs_of(facilitator).exists()
    LabFacilitator.objects.create(user=make_member(), lab=lab)
    assert list(actions.labs_of(facilitator)) == [lab]
    send(facilitator, lab)
    assert not facilitator.notices.exists()


def test_there_is_a_limit_a_day(asker, lab):
    for _number in range(actions.inquiring.MOST_A_DAY):
        send(asker, lab)
    with pytest.raises(ValidationError, match="1日に5件まで"):
        send(asker, lab)
    Inquiry.objects.update(at=timezone.now() - timedelta(days=1, seconds=1))
    assert send(asker, lab)


@pytest.mark.parametrize("text", ["", "  ", "\x00", "\u202e在庫", "\u200b", "在" * 1001])
def test_bad_text_comes_back_as_it_was_typed(client, asker, lab, text):
    client.force_login(asker)
    answer = client.post(reverse("search:ask"), {"text": text, "labs": [lab.pk]})
    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == text
    assert not Inquiry.objects.exists()


def test_a_facilitator_answers_and_the_asker_is_told(client, asker, lab, facilitator):
    inquiry = send(asker, lab)
    client.force_login(facilitator)
    answer = client.post(reverse("search:reply", args=[inquiry.pk]), {"text": "静岡の倉庫の事例があります"})
    assert answer.status_code == 302
    assert told(asker) == ["ネットワークへの質問に、回答がありました。"]
    client.force_login(asker)
    shown = client.get(reverse("search:inquiries")).content.decode()
    assert "静岡の倉庫の事例があります" in shown
    assert "静岡県の回答" in shown


def test_who_may_not_answer(client, asker, lab, facilitator, elsewhere):
    inquiry = send(asker, lab)
    client.force_login(elsewhere)
    assert client.post(reverse("search:reply", args=[inquiry.pk]), {"text": "x"}).status_code == 404
    client.force_login(asker)
    assert client.post(reverse("search:reply", args=[inquiry.pk]), {"text": "x"}).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.reply(inquiry, text="x", by=elsewhere)


def test_a_closed_question_takes_no_answer_and_keeps_what_was_typed(client, asker, lab, facilitator):
    inquiry = send(asker, lab)
    client.force_login(facilitator)
    assert client.post(reverse("search:close_inquiry", args=[inquiry.pk])).status_code == 403
    client.force_login(asker)
    assert client.post(reverse("search:close_inquiry", args=[inquiry.pk])).status_code == 302
    with pytest.raises(ConflictError):
        actions.reply(inquiry, text="遅れた回答", by=facilitator)
    client.force_login(facilitator)
    answer = client.post(reverse("search:reply", args=[inquiry.pk]), {"text": "遅れた回答"})
    assert answer.status_code == 409
    assert "遅れた回答" in answer.content.decode()


def test_a_steward_who_facilitates_nothing_sees_none(asker, lab):
    send(asker, lab)
    assert not Inquiry.objects.visible_to(User.objects.create_user("s@example.jp", is_steward=True)).exists()


def test_who_left_the_organization_still_reads_the_own_question(asker, lab, client):
    send(asker, lab)
    Membership.objects.filter(user=asker).delete()
    assert Inquiry.objects.visible_to(User.objects.get(pk=asker.pk)).count() == 1


def test_the_list_costs_the_same_for_one_and_three(client, asker, lab, facilitator):
    client.force_login(facilitator)
    costs = []
    for _number in range(3):
        actions.reply(send(asker, lab), text="あります", by=facilitator)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("search:inquiries"))
        costs.append(len(queries))
    assert costs[0] == costs[2] <= 16
