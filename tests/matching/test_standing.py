"""Where needs stand: on the home of a lab, in the list of needs, and the cases near the work one is in."""

import pytest

from matching import actions
from matching.models import Need
from matching.presenting import current_matters
from matching.standing import by_standing, with_standing
from tests.matching.forming import facilitator, plan_of, ready, without_teams

pytestmark = pytest.mark.django_db


def standing_of(need):
    return with_standing(Need.objects.filter(pk=need.pk)).get().standing


def test_a_need_stands_where_its_latest_team_does(world):
    need = world.needs["need"]
    without_teams()
    assert standing_of(need) == "proposed"
    plan = plan_of(world)
    assert standing_of(need) == "forming"
    actions.dissolve(plan, reason="お客様の都合", by=facilitator(world))
    assert standing_of(need) == "proposed"
    plan = ready(world)
    assert standing_of(need) == "ready"
    engagement = actions.start(plan, by=facilitator(world))
    assert standing_of(need) == "working"
    assert current_matters(world.people["partner"]) == [("engagement", engagement.pk, plan.title)]
    assert current_matters(world.people["stranger"]) == []


def test_every_need_is_counted_once(world):
    before = sum(n for _value, _label, n in by_standing(Need.objects.all()))
    plan_of(world)
    found = by_standing(Need.objects.all())
    assert sum(n for _value, _label, n in found) == before == Need.objects.count()
    assert {value: n for value, _label, n in found}["forming"] == 1


def test_the_list_is_narrowed_and_an_unknown_word_is_all(world, client):
    plan_of(world)
    client.force_login(facilitator(world))
    title = world.needs["need"].title
    assert title in client.get("/needs/?standing=forming").content.decode()
    assert title not in client.get("/needs/?standing=closed").content.decode()
    assert title in client.get("/needs/?standing=zzz").content.decode()


def test_the_home_offers_cases_near_the_work_one_is_in(world, client):
    engagement = actions.start(ready(world), by=facilitator(world))
    client.force_login(world.people["partner"])
    assert f"/search/similar/engagement/{engagement.pk}/" in client.get("/needs/near/").content.decode()
    assert client.get(f"/search/similar/engagement/{engagement.pk}/").status_code == 200
    client.force_login(world.people["stranger"])
    assert "/search/similar/" not in client.get("/needs/near/").content.decode()
