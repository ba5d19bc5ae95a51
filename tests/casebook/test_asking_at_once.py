"""People who answer or ask at the same moment: one is done, the others are told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casebook import actions
from casebook.models import AccessRequest, Case, CaseEvent, Grant, Section
from network.actions import ConflictError
from network.models import Membership, Notice
from network.vocabulary import Role
from tests.cast import make_organization, make_person
from tests.threads import at_once, needs_several_connections, refused

pytestmark = pytest.mark.django_db(transaction=True)
EDITORS = 8


@pytest.fixture(autouse=True)
def _several_connections():
    needs_several_connections()


@pytest.fixture
def case():
    owner = make_organization("owner")
    made = Case.objects.create(external_id="case-1", title="在庫管理", owner=owner)
    for kind, key in (("summary", "public"), ("lessons", ""), ("team", "")):
        section = Section.objects.create(case=made, kind=kind, text="本文")
        if key:
            Grant.objects.create(section=section, key=key)
    return made


@pytest.fixture
def editors(case):
    people = [make_person(f"editor{'abcdefgh'[n]}") for n in range(EDITORS)]
    for person in people:
        Membership.objects.create(user=person, organization=case.owner, role=Role.EDITOR)
    return people


def granting(request, person, kinds=("lessons",)):
    until = timezone.localdate() + timedelta(days=30)
    return lambda: actions.grant_access(request, kinds=kinds, until=until, by=person)


def test_of_eight_editors_who_answer_one_request_exactly_one_gets_through(case, editors):
    asker = make_person("asker")
    request = actions.request_access(case, purpose="学ぶため", by=asker)
    declining = [
        lambda person=person: actions.decline_access(request, reason="いいえ", by=person) for person in editors[4:]
    ]
    outcomes = at_once(*[granting(request, person) for person in editors[:4]], *declining)
    assert len(refused(outcomes)) == EDITORS - 1
    assert all(isinstance(outcome, ConflictError) for outcome in refused(outcomes))
    answered = AccessRequest.objects.get()
    assert Grant.objects.filter(key=answered.key).count() == (answered.state == "granted")
    assert CaseEvent.objects.count() == 1
    assert Notice.objects.filter(user=asker).count() == 1


def test_of_an_answer_and_a_withdrawal_one_gets_through(case, editors):
    for round_ in range(4):
        asker = make_person(f"asker{'abcd'[round_]}")
        request = actions.request_access(case, purpose="学ぶため", by=asker)
        outcomes = at_once(
            granting(request, editors[0]),
            lambda request=request, asker=asker: actions.withdraw_request(request, by=asker),
        )
        assert [type(outcome) for outcome in refused(outcomes)] == [ConflictError]
        found = AccessRequest.objects.get(pk=request.pk)
        assert Grant.objects.filter(key=found.key).exists() == (found.state == "granted")


def test_of_eight_requests_of_one_person_one_is_made(case, editors):
    asker = make_person("asker")
    outcomes = at_once(*[lambda: actions.request_access(case, purpose="学ぶため", by=asker)] * 8)
    assert len(refused(outcomes)) == 7
    assert AccessRequest.objects.count() == 1
    assert Notice.objects.count() == EDITORS


def test_two_grants_for_one_case_do_not_wait_for_each_other_for_ever(case, editors):
    requests = [actions.request_access(case, purpose="学ぶため", by=make_person(name)) for name in ("one", "other")]
    outcomes = at_once(*[granting(r, p, ["lessons", "team"]) for r, p in zip(requests, editors, strict=False)])
    assert refused(outcomes) == []
    assert Grant.objects.filter(key__startswith="user:").count() == 4


def test_taking_back_and_taking_down_at_once_leave_nothing_open(case, editors):
    steward, asker = make_person("steward", is_steward=True), make_person("asker")
    request = actions.request_access(case, purpose="学ぶため", by=asker)
    granting(request, editors[0])()
    outcomes = at_once(
        lambda: actions.revoke(request, by=editors[0]),
        lambda: actions.take_down(case, reason="名前が残っています。", by=steward),
        lambda: actions.revoke(request, by=editors[1]),
    )
    assert [type(outcome) for outcome in refused(outcomes)] == [ConflictError]
    assert not Section.objects.visible_to(asker).exists()
    assert Case.objects.get().state == "taken_down"
