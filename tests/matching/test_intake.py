"""The intake form: every button keeps what was typed, and saving changes only what was changed."""

import pytest
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from matching.models import Need
from tests.cast import word
from tests.matching.forming import without_teams


@pytest.fixture
def facilitator(world) -> Client:
    client = Client()
    client.force_login(world.people["facilitator"])
    return client


def typed(answer, **changes):
    """What a browser would send back of the form as it is shown."""
    form, rows = answer.context["form"], answer.context["rows"]
    data = {field.html_name: field.value() for field in form}
    data |= {field.html_name: field.value() for field in rows.management_form}
    for row in rows.forms:
        data |= {field.html_name: field.value() for field in row}
    filled = {name: value for name, value in data.items() if value not in (None, [])}
    return filled | changes


def press(client, path, action, **changes):
    return client.post(path, typed(client.get(path), action=action, **changes))


def facts(need: Need):
    need = Need.objects.get(pk=need.pk)
    lines = need.requirements.values_list("capability__code", "phase", "level", "weight", "must")
    kept = model_to_dict(need, exclude=["must_include", "exclude"])
    return kept, list(lines), list(need.must_include.all()), list(need.exclude.all())


def test_opening_and_saving_changes_nothing(world, facilitator):
    need = world.needs["need"]
    need.max_hops, need.lead_min_suitability, need.municipality_id = 5, 0.37, "22131"
    need.stage, need.lead_kinds = 2, ["shinkin_bank"]
    need.save()
    need.requirements.filter(capability__code="inventory").update(weight=0.37, must=False)
    need.must_include.add(world.organizations["owner"])
    need.exclude.add(world.organizations["elsewhere"])
    before = facts(need)
    assert press(facilitator, reverse("matching:edit_need", args=[need.pk]), "save").status_code == 302
    assert facts(need) == before


@pytest.mark.parametrize("importance", [("must", 3.0), ("important", 2.0), ("nice", 1.0)])
def test_another_importance_sets_the_weight_of_its_word(world, facilitator, importance):
    need = world.needs["need"]
    need.requirements.update(weight=0.37, must=False)
    name, weight = importance
    path = reverse("matching:edit_need", args=[need.pk])
    press(facilitator, path, "save", **{"req-0-importance": name})
    saved = need.requirements.first()
    assert saved is not None
    assert saved.weight == (0.37 if name == "nice" else weight)
    assert saved.must == (name == "must")


@pytest.mark.parametrize(
    ("box", "words", "found"),
    [("capability_q", "RFP", "RFP（提案依頼書）の作成を加える"), ("organization_q", "天竜", "架空 天竜システム")],
)
def test_enter_in_a_search_box_searches_and_keeps_the_words(facilitator, box, words, found):
    html = press(facilitator, "/needs/new/", "refresh", **{box: words}).content.decode()
    assert found in html
    assert f'value="{words}"' in html


@pytest.mark.parametrize(
    "action", ["read", "refresh", "search", "find", "add:rfp", "remove:0", "include:1", "release:1", "?"]
)
def test_no_button_loses_what_was_typed(world, facilitator, action):
    path = reverse("matching:edit_need", args=[world.needs["need"].pk])
    answer = press(facilitator, path, action, title="打ちかけの案件名", text="打ちかけの文")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "打ちかけの案件名" in html
    assert "打ちかけの文" in html
    assert Need.objects.get(pk=world.needs["need"].pk).title != "打ちかけの案件名"


def test_lines_are_added_in_their_most_typical_phase_and_removed(world, facilitator):
    path = reverse("matching:edit_need", args=[world.needs["need"].pk])
    added = press(facilitator, path, "add:rfp")
    assert [row["capability"].value() for row in added.context["rows"]][-1] == "rfp"
    assert added.context["rows"].forms[-1]["phase"].value() == "procurement"
    removed = press(facilitator, path, "remove:0")
    assert [row["capability"].value() for row in removed.context["rows"]] == ["system_development", "inventory"]


def test_an_organization_moves_between_the_lists_and_out(world, facilitator):
    path = reverse("matching:edit_need", args=[world.needs["need"].pk])
    pk = world.organizations["owner"].pk
    included = press(facilitator, path, f"include:{pk}")
    assert [o.pk for o in included.context["included"]] == [pk]
    excluded = facilitator.post(path, typed(included, action=f"exclude:{pk}"))
    assert [o.pk for o in excluded.context["included"]] == []
    assert [o.pk for o in excluded.context["excluded"]] == [pk]
    released = facilitator.post(path, typed(excluded, action=f"release:{pk}"))
    assert released.context["excluded"] == []


def test_reading_suggests_what_has_no_line_yet(world, facilitator):
    path = reverse("matching:edit_need", args=[world.needs["need"].pk])
    answer = press(facilitator, path, "read", text="在庫が合わない。補助金も使いたい。")
    suggested = [found.capability.code for found in answer.context["suggestions"]]
    assert "subsidy" in suggested
    assert "inventory" not in suggested


def test_a_refused_form_names_every_mistake_and_saves_nothing(world, facilitator):
    need = world.needs["need"]
    before = facts(need)
    answer = press(
        facilitator, reverse("matching:edit_need", args=[need.pk]), "propose", title="", employees="たくさん"
    )
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "案件名" in html.split('id="form-errors"')[1]
    assert "従業員数" in html.split('id="form-errors"')[1]
    assert facts(need) == before


def test_the_same_capability_twice_in_a_phase_is_refused(world, facilitator):
    path = reverse("matching:edit_need", args=[world.needs["need"].pk])
    answer = press(facilitator, path, "save", **{"req-1-capability": "pmo", "req-1-phase": "procurement"})
    assert answer.status_code == 422
    assert "同じ局面に2回" in answer.content.decode()


def test_a_new_need_is_kept_for_the_lab_and_proposed(world, facilitator):
    data = typed(facilitator.get(reverse("matching:edit_need", args=[world.needs["need"].pk])), action="propose")
    answer = facilitator.post("/needs/new/", data | {"title": "新しい相談"})
    need = Need.objects.get(title="新しい相談")
    assert answer["Location"] == reverse("matching:need", args=[need.pk])
    assert need.created_by == world.people["facilitator"]
    assert need.proposals.count() == 1
    assert word("othertitle") not in facilitator.get("/needs/").content.decode()


def test_htmx_leaves_the_form_by_a_whole_new_page(world, facilitator):
    path = reverse("matching:edit_need", args=[world.needs["need"].pk])
    data = typed(facilitator.get(path), action="save")
    answer = facilitator.post(path, data, headers={"hx-request": "true"})
    assert answer["HX-Redirect"] == reverse("matching:need", args=[world.needs["need"].pk])


def test_asking_again_without_a_change_says_so(world, facilitator):
    need = world.needs["need"]
    for _ in range(2):
        facilitator.post(reverse("matching:propose", args=[need.pk]))
    assert "前回と同じ登録・同じ条件" in facilitator.get(reverse("matching:need", args=[need.pk])).content.decode()


def test_the_desk_puts_the_longest_untouched_first(world, facilitator):
    without_teams()
    world.needs["shared_need"].named.all().delete()
    second = Need.objects.get(pk=world.needs["need"].pk)
    second.pk, second.title = None, "まだ提案のない案件"
    second.save()
    first = [need.title for need in facilitator.get("/needs/desk/").context["needs"]]
    assert first == [world.needs["need"].title, "まだ提案のない案件"]
    facilitator.post(reverse("matching:propose", args=[world.needs["need"].pk]))
    assert [need.title for need in facilitator.get("/needs/desk/").context["needs"]] == first[::-1]


def test_a_seat_is_locked_for_one_that_must_be_included_and_kept_by_saving(world, facilitator):
    need, owner = world.needs["need"], world.organizations["owner"]
    path = reverse("matching:edit_need", args=[need.pk])
    assert "担当の固定" not in facilitator.get(path).content.decode()
    included = press(facilitator, path, f"include:{owner.pk}")
    assert "担当の固定" in included.content.decode()
    facilitator.post(path, typed(included, action="save", **{"req-0-locked": str(owner.pk)}))
    assert [row.locked for row in need.requirements.all()] == [owner, None, None]
    press(facilitator, path, "save")
    assert need.requirements.first().locked == owner
    press(facilitator, path, "save", **{"req-0-locked": ""})
    assert need.requirements.first().locked is None


@pytest.mark.parametrize("locked", ["closed", "elsewhere", "9" * 18, "x"])
def test_nobody_else_can_be_locked(world, facilitator, locked):
    need = world.needs["need"]
    pk = world.organizations[locked].pk if locked in world.organizations else locked
    press(facilitator, reverse("matching:edit_need", args=[need.pk]), "save", **{"req-0-locked": pk})
    assert [row.locked for row in need.requirements.all()] == [None, None, None]


def test_conditions_of_a_need_are_kept(world, facilitator):
    need = world.needs["need"]
    path = reverse("matching:edit_need", args=[need.pk])
    chosen = {"remote": "0", "weights": "regional", "forbidden_ties": ["capital"]}
    assert press(facilitator, path, "save", **chosen).status_code == 302
    need.refresh_from_db()
    assert (need.remote, need.weights, need.forbidden_ties) == (False, "regional", ["capital"])
    again = press(facilitator, path, "refresh", **chosen)
    assert again.context["form"]["remote"].value() == "0"
    assert press(facilitator, path, "save", weights="x").status_code == 422
