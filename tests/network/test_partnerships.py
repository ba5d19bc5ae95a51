"""A partnership counts once both sides have said so; until then, and after a no, only the two know of it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from network import actions
from network.graph.collaboration import around
from network.models import Change, Membership, Notice, Organization, Partnership
from network.vocabulary import Deed, NoticeKind, PartnershipState, Role
from tests.cast import READERS, make_person

State = PartnershipState
BOTH = {"partner", "colleague", "editor"}
"""Members of the owner and of the partner."""
NETWORK = BOTH | {"outsider", "facilitator", "other_facilitator", "steward", "teammate"}


@pytest.fixture
def deal(world):
    """Nothing stands between owner and elsewhere; both have an editor."""
    Partnership.objects.all().delete()
    return world


def asked(world, **values):
    """The owner asks elsewhere."""
    return actions.propose_partnership(
        world.organizations["owner"], other=world.organizations["elsewhere"], **values, by=world.people["editor"]
    )


def by_elsewhere(world, verb, partnership, **values):
    return verb(world.organizations["elsewhere"], partnership=partnership, **values, by=world.people["outsider"])


def seen_by(world):
    return {name for name in READERS if Partnership.objects.visible_to(world.people[name]).exists()}


# --- Asking and answering -----------------------------------------------------------------------


def test_a_proposal_is_known_to_the_two_sides_and_drawn_for_nobody(deal):
    made = asked(deal, note="在庫の案件")
    assert made.state == State.PROPOSED
    assert seen_by(deal) == {"colleague", "editor", "outsider"}
    for name in READERS:
        graph = around(deal.organizations["owner"], deal.people[name])
        assert not any(edge.partnership for edge in graph.edges), name


def test_a_confirmed_one_is_known_to_the_network_and_drawn(deal):
    by_elsewhere(deal, actions.confirm_partnership, asked(deal))
    assert seen_by(deal) == NETWORK
    graph = around(deal.organizations["owner"], deal.people["facilitator"])
    assert sum(edge.partnership for edge in graph.edges) == 1


@pytest.mark.parametrize("verb", [actions.decline_partnership, actions.end_partnership])
def test_a_no_and_an_end_take_it_away_from_everybody_else(deal, verb):
    made = asked(deal)
    if verb == actions.end_partnership:
        by_elsewhere(deal, actions.confirm_partnership, made)
    by_elsewhere(deal, verb, made)
    assert seen_by(deal) == {"colleague", "editor", "outsider"}
    graph = around(deal.organizations["owner"], deal.people["editor"])
    assert not any(edge.partnership for edge in graph.edges)


def test_proposals_that_cross_are_a_confirmation(deal):
    first = asked(deal, note="在庫の案件", since=None)
    second = actions.propose_partnership(
        deal.organizations["elsewhere"],
        other=deal.organizations["owner"],
        note="別のことば",
        since=date(2025, 4, 1),
        by=deal.people["outsider"],
    )
    assert (second.pk, second.state, second.note) == (first.pk, State.CONFIRMED, "在庫の案件")
    assert second.since == date(2025, 4, 1)
    assert second.proposed_by == deal.organizations["owner"]
    assert second.answered_by_person == deal.people["outsider"]
    assert Partnership.objects.count() == 1


def test_nobody_confirms_or_declines_what_one_proposed_oneself(deal):
    made = asked(deal)
    for verb in (actions.confirm_partnership, actions.decline_partnership):
        with pytest.raises(PermissionDenied):
            verb(deal.organizations["owner"], partnership=made, by=deal.people["editor"])
    assert Partnership.objects.get().state == State.PROPOSED


def test_somebody_who_edits_both_sides_still_answers_for_the_side_that_was_asked(deal):
    person = make_person("both")
    for name in ("owner", "elsewhere"):
        Membership.objects.create(user=person, organization=deal.organizations[name], role=Role.EDITOR)
    made = asked(deal)
    with pytest.raises(PermissionDenied):
        actions.confirm_partnership(deal.organizations["owner"], partnership=made, by=person)
    actions.confirm_partnership(deal.organizations["elsewhere"], partnership=made, by=person)


@pytest.mark.parametrize("reader", ["partner", "colleague", "outsider", "facilitator", "steward", "former", "dormant"])
def test_only_editors_of_the_side_speak_for_it(deal, reader):
    person, owner = deal.people[reader], deal.organizations["owner"]
    with pytest.raises(PermissionDenied):
        actions.propose_partnership(owner, other=deal.organizations["partner"], by=person)
    made = asked(deal)
    with pytest.raises(PermissionDenied):
        actions.end_partnership(owner, partnership=made, by=person)
    with pytest.raises(PermissionDenied):
        actions.confirm_partnership(deal.organizations["partner"], partnership=made, by=person)
    assert Partnership.objects.get().state == State.PROPOSED


def test_asking_twice_asking_oneself_and_asking_who_is_gone_are_refused(deal):
    asked(deal)
    with pytest.raises(ValidationError):
        asked(deal)
    owner, editor = deal.organizations["owner"], deal.people["editor"]
    for name in ("owner", "closed"):
        with pytest.raises(ValidationError):
            actions.propose_partnership(owner, other=deal.organizations[name], by=editor)
    by_elsewhere(deal, actions.confirm_partnership, Partnership.objects.get())
    with pytest.raises(ValidationError):
        asked(deal)


def test_an_answer_that_comes_too_late_is_a_conflict(deal):
    made = asked(deal)
    actions.end_partnership(deal.organizations["owner"], partnership=made, by=deal.people["editor"])
    for verb in (actions.confirm_partnership, actions.decline_partnership, actions.end_partnership):
        with pytest.raises(actions.ConflictError) as conflict:
            by_elsewhere(deal, verb, made)
        assert conflict.value.current.state == State.ENDED


def test_a_proposal_of_the_other_side_is_answered_not_ended(deal):
    with pytest.raises(PermissionDenied):
        by_elsewhere(deal, actions.end_partnership, asked(deal))


@pytest.mark.parametrize("verb", [actions.decline_partnership, actions.end_partnership])
def test_what_was_declined_or_has_ended_can_be_proposed_anew_by_either(deal, verb):
    made = asked(deal, note="前の話")
    if verb == actions.end_partnership:
        by_elsewhere(deal, actions.confirm_partnership, made)
    by_elsewhere(deal, verb, made)
    again = actions.propose_partnership(
        deal.organizations["elsewhere"], other=deal.organizations["owner"], note="次の話", by=deal.people["outsider"]
    )
    assert (again.pk, again.state, again.note, again.reason) == (made.pk, State.PROPOSED, "次の話", "")
    assert again.proposed_by == deal.organizations["elsewhere"]
    assert again.answered_at is None


# --- History and notices ------------------------------------------------------------------------


def test_every_step_stands_in_both_histories(deal):
    made = asked(deal, note="在庫の案件")
    by_elsewhere(deal, actions.confirm_partnership, made)
    path = f"partnership.{made.pk}"
    for name in ("owner", "elsewhere"):
        entries = Change.objects.filter(organization=deal.organizations[name], deed=Deed.PARTNERSHIP).order_by("pk")
        states = [[side and side["state"] for side in entry.changes[path]] for entry in entries]
        assert states == [[None, "proposed"], ["proposed", "confirmed"]]
        assert [entry.by for entry in entries] == [deal.people["editor"], deal.people["outsider"]]


def notices():
    return [(notice.kind, notice.user.name, notice.facts) for notice in Notice.objects.order_by("pk")]


def test_the_editors_of_the_other_side_are_told_of_proposal_and_answer(deal):
    Notice.objects.all().delete()
    owner, elsewhere = deal.organizations["owner"].name, deal.organizations["elsewhere"].name
    made = asked(deal)
    by_elsewhere(deal, actions.decline_partnership, made, reason="いまは手一杯です")
    assert notices() == [
        (
            NoticeKind.PARTNERSHIP,
            "outsider",
            {"by": owner, "by_id": deal.organizations["owner"].pk, "state": "proposed"},
        ),
        (
            NoticeKind.PARTNERSHIP_ANSWER,
            "editor",
            {"by": elsewhere, "by_id": deal.organizations["elsewhere"].pk, "state": "declined"},
        ),
    ]


def test_nobody_is_told_of_a_proposal_that_was_taken_back_and_a_new_one_is_told_again(deal):
    Notice.objects.all().delete()
    made = asked(deal)
    actions.end_partnership(deal.organizations["owner"], partnership=made, by=deal.people["editor"])
    asked(deal)
    assert [kind for kind, _name, _facts in notices()] == [NoticeKind.PARTNERSHIP, NoticeKind.PARTNERSHIP]


def test_a_reason_that_deceives_is_refused_and_nothing_happens(deal):
    made = asked(deal)
    with pytest.raises(ValidationError):
        by_elsewhere(deal, actions.decline_partnership, made, reason="\u202eいいえ")
    assert Partnership.objects.get().state == State.PROPOSED


# --- Pages --------------------------------------------------------------------------------------


def page_of(world, name):
    return reverse("network:partnerships", args=[world.organizations[name].pk])


def test_the_asked_side_sees_who_asks_and_why_and_confirms(deal, client):
    made = asked(deal, note="在庫の案件を一緒に")
    client.force_login(deal.people["outsider"])
    page = client.get(page_of(deal, "elsewhere")).content.decode()
    assert "在庫の案件を一緒に" in page
    assert "確認する" in page
    address = reverse("network:answer_partnership", args=[deal.organizations["elsewhere"].pk, made.pk])
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"answer": "maybe"}).status_code == 422
    assert client.post(address, {"answer": "confirm"}).status_code == 302
    late = client.post(address, {"answer": "decline"})
    assert late.status_code == 409
    assert "双方が確認" in late.content.decode()


def test_a_colleague_sees_what_waits_and_has_no_button(deal, client):
    asked(deal, note="在庫の案件を一緒に")
    client.force_login(deal.people["colleague"])
    page = client.get(page_of(deal, "owner")).content.decode()
    assert "在庫の案件を一緒に" in page
    assert "取り下げる" not in page


def test_the_side_that_asked_learns_the_reason_of_a_no(deal, client):
    by_elsewhere(deal, actions.decline_partnership, asked(deal), reason="いまは手一杯です")
    for reader, told in (("editor", True), ("facilitator", False), ("steward", False)):
        client.force_login(deal.people[reader])
        assert ("いまは手一杯です" in client.get(page_of(deal, "owner")).content.decode()) == told


def test_asking_on_the_page_crosses_into_a_confirmation(deal, client):
    client.force_login(deal.people["editor"])
    address = reverse("network:new_partnership", args=[deal.organizations["owner"].pk])
    assert client.post(address, {}).status_code == 422
    sent = {"other": deal.organizations["elsewhere"].pk, "note": "在庫"}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 422
    client.force_login(deal.people["outsider"])
    back = reverse("network:new_partnership", args=[deal.organizations["elsewhere"].pk])
    answer = client.post(back, {"other": deal.organizations["owner"].pk}, follow=True)
    assert "連携関係になりました" in answer.content.decode()
    assert Partnership.objects.get().state == State.CONFIRMED


def test_a_partner_that_becomes_inactive_disappears_with_the_partnership(deal):
    by_elsewhere(deal, actions.confirm_partnership, asked(deal))
    Organization.objects.filter(pk=deal.organizations["elsewhere"].pk).update(is_active=False)
    assert not Partnership.objects.visible_to(deal.people["editor"]).exists()
    assert Partnership.objects.visible_to(deal.people["steward"]).exists()
