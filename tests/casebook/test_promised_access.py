"""What a request opened for a time holds through a new text, as far as the consents reach; what ends is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casebook import actions
from casebook.models import AccessRequest, Grant, Section
from casebook.writing.content import Planned
from network.models import Notice

pytestmark = pytest.mark.django_db


def until():
    return timezone.localdate() + timedelta(days=30)


@pytest.fixture
def let_in(desk):
    """A case of which nobody outside reads the story's background, but for one who asked."""
    audience = {kind: plan for kind, plan in desk.content().audience.items() if kind not in {"background", "action"}}
    case = desk.published(audience=audience)
    asked = actions.request_access(case, purpose="お客様への説明のため", by=desk["outsider"])
    return case, actions.grant_access(asked, kinds=["background", "action"], until=until(), by=desk["editor"])


def reads(desk, case, kind):
    return Section.objects.visible_to(desk["outsider"]).filter(case=case, kind=kind).exists()


def told(desk):
    return [one.facts["what"] for one in Notice.objects.filter(user=desk["outsider"], kind="case")]


def republished(desk, case, **changes):
    said = desk.content(**changes).as_json()
    desk.revised(case, **{name: said[name] for name in changes})
    desk.agreed(case)
    actions.publish(case, by=desk["second"])
    case.refresh_from_db()


def test_a_new_text_does_not_shut_out_whom_the_owner_let_in(desk, let_in):
    case, request = let_in
    audience = {**desk.content().audience, "background": Planned(()), "action": Planned(())}
    republished(desk, case, audience=audience)  # chosen anew, without a word of who asked
    assert reads(desk, case, "background")
    assert reads(desk, case, "action")
    assert Grant.objects.get(section__case=case, section__kind="background", key=request.key).until == until()
    request.refresh_from_db()
    assert request.is_in_force
    assert "revoked" not in told(desk)


@pytest.mark.parametrize(("opened", "left"), [(["background", "identity"], ["background"]), (["identity"], [])])
def test_what_the_client_does_not_agree_to_any_more_ends_and_who_asked_is_told(desk, opened, left):
    audience = {"summary": desk.content().audience["summary"]}
    case = desk.published(audience=audience, naming="real")
    asked = actions.request_access(case, purpose="お客様への説明のため", by=desk["outsider"])
    request = actions.grant_access(asked, kinds=opened, until=until(), by=desk["editor"])
    assert reads(desk, case, "identity")
    republished(desk, case, audience={**audience, "identity": Planned(())})
    request.refresh_from_db()
    assert not reads(desk, case, "identity")
    assert request.is_in_force == bool(left)
    assert not left or request.kinds == left
    assert told(desk).count("revoked") == (not left)


def test_another_audience_chosen_over_single_grants_ends_it(desk, let_in):
    case, request = let_in
    for kind in ("background", "action"):
        actions.share(case.sections.get(kind=kind), with_keys=[], by=desk["editor"])
    request.refresh_from_db()
    assert not request.is_in_force
    assert not reads(desk, case, "background")
    assert told(desk).count("revoked") == 1


def test_what_was_taken_back_before_stays_taken_back(desk, let_in):
    case, request = let_in
    actions.revoke(request, by=desk["editor"])
    republished(desk, case, title="受注と在庫の見える化")
    assert not reads(desk, case, "background")
    assert AccessRequest.objects.get(pk=request.pk).revoked_by == desk["editor"]
