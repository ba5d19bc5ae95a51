"""The steward's pages, from the overview to undoing a merge; and where an old address leads."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from matching.explaining import lexicon
from network import actions
from network.models import Application, Examined, Membership, Merge, NotDuplicate, Notice, Organization, Rating
from tests.cast import make_organization, make_person, make_rating, word

pytestmark = pytest.mark.django_db
REASON = "同じ会社の二重の登録"


@pytest.fixture
def steward(world, client):
    client.force_login(world.people["steward"])
    return client


@pytest.fixture
def two(world):
    """Two records of one organization, with something on each."""
    kept = make_organization("kept", name="架空 遠州灘システム")
    dropped = make_organization("dropped", name="架空 遠州灘システム株式会社")
    make_rating(kept, "pmo", 2)
    make_rating(dropped, "pmo", 4)
    make_rating(dropped, "inventory", 3)
    make_rating(dropped, "rfp", 0, "weakness", "zqhiddenlineqz")
    return kept, dropped


def page(client, route, *args, **query):
    return client.get(reverse(f"network:{route}", args=args), query)


def decision(kept, first, second, **more):
    return {"keep": kept.pk, "reason": REASON, "versions": f"{first.version}-{second.version}", **more}


def merge_page(client, first, second, body=None):
    address = reverse("network:steward_merge", args=[first.pk, second.pk])
    return client.post(address, body) if body else client.get(address)


# --- Queues -------------------------------------------------------------------------------------


def test_the_menu_leads_stewards_and_nobody_else_to_the_desk(world, client):
    address = reverse("network:steward")
    for reader, found in (("steward", True), ("editor", False), ("facilitator", False)):
        client.force_login(world.people[reader])
        assert (f'href="{address}"' in client.get(reverse("home")).content.decode()) == found


def test_the_overview_counts_each_queue(steward, two):
    shown = page(steward, "steward")
    sizes = shown.context["sizes"]
    assert sizes["duplicates"] == 1
    assert sizes["stale"] >= 2
    assert sizes["merges"] == 1  # the cast's
    for name, route in (("stale", "stale"), ("incomplete", "incomplete"), ("suspicious", "suspicious")):
        assert page(steward, f"steward_{route}").context["page"].paginator.count == sizes[name]


@pytest.mark.parametrize("route", ["stale", "incomplete", "suspicious", "duplicates", "merges"])
def test_a_page_that_is_none_is_not_found(steward, route):
    for number in ("0", "99", "10" * 9, "x", "\0"):
        assert page(steward, f"steward_{route}", page=number).status_code == 404


def test_unknown_filters_are_not_found(steward):
    assert page(steward, "steward_incomplete", gap="x").status_code == 404
    assert page(steward, "steward_suspicious", rule="\0").status_code == 404
    assert page(steward, "steward_incomplete", gap="ties").status_code == 200
    assert page(steward, "steward_suspicious", rule="ring").status_code == 200


def test_queues_ask_the_same_number_of_questions_for_one_and_three(world, steward):
    def asked(route):
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            assert page(steward, route).status_code == 200
        return len(found)

    routes = ["steward_stale", "steward_incomplete", "steward_suspicious", "steward_duplicates", "steward_merges"]

    def crowd(number):
        made = [make_organization(f"crowd{number}{side}", name=f"架空 群れ{number}") for side in "ab"]
        for capability in ("pmo", "inventory", "rfp", "dx_awareness", "case_intake"):
            make_rating(made[0], capability, 4)
        gone = [make_organization(f"pair{number}{side}") for side in "ab"]
        actions.merge(*gone, reason=REASON, by=world.people["steward"])
        NotDuplicate.objects.create(first=made[0], second=gone[0])

    crowd(1)
    first = {route: asked(route) for route in routes}
    crowd(2)
    crowd(3)
    assert {route: asked(route) for route in routes} == first


def test_stale_shows_share_and_age_and_reminds_once(world, steward):
    owner = world.organizations["owner"]
    Rating.objects.filter(organization=owner).update(confirmed_at=timezone.now() - timedelta(days=400))
    text = page(steward, "steward_stale").content.decode()
    assert "1件のうち1件（100%）が要確認です" in text  # the weakness is not counted
    assert "13か月前" in text
    address = reverse("network:steward_remind", args=[owner.pk])
    told = steward.post(address, {"queue": "stale", "page": "2"})
    assert told["Location"] == reverse("network:steward_stale") + "?page=2"
    assert Notice.objects.filter(kind="reconfirm", user=world.people["editor"], organization=owner).count() == 1
    again = steward.post(address, {"queue": "elsewhere", "page": "x"}, follow=True)
    assert again.redirect_chain[-1][0] == reverse("network:steward")
    assert "この7日のあいだにお願いしています" in again.content.decode()
    assert "にお願いずみ" in page(steward, "steward_stale").content.decode()


def test_what_is_in_order_goes_and_comes_back(world, steward):
    record = make_organization("one", name="架空 満点")
    for code in ("pmo", "inventory", "rfp", "dx_awareness", "case_intake"):
        make_rating(record, code, 4)
    assert "記入5件がすべてレベル4です" in page(steward, "steward_suspicious").content.decode()
    address = reverse("network:steward_examined", args=[record.pk])
    assert steward.post(address, {"rule": "all_top"}).status_code == 302
    shown = page(steward, "steward_suspicious")
    assert record.pk not in {found.organization for _record, found, _fresh in shown.context["rows"]}
    assert Examined.objects.get().by == world.people["steward"]
    assert steward.post(address, {"rule": "all_top", "undo": "yes"}).status_code == 302
    shown = page(steward, "steward_suspicious")
    assert record.pk in {found.organization for _record, found, _fresh in shown.context["rows"]}


def test_duplicates_show_what_differs_and_are_dismissed_with_undo(steward, two):
    shown = page(steward, "steward_duplicates").content.decode()
    assert "架空 遠州灘システム<mark>株式会社</mark>" in shown
    assert "名前の近さ 100%" in shown
    kept, dropped = two
    assert steward.post(reverse("network:steward_dismiss", args=[dropped.pk, kept.pk])).status_code == 302
    shown = page(steward, "steward_duplicates")
    assert shown.context["page"].paginator.count == 0
    entry = NotDuplicate.objects.get(first=kept)
    assert steward.post(reverse("network:steward_restore", args=[entry.pk])).status_code == 302
    assert page(steward, "steward_duplicates").context["page"].paginator.count == 1


def test_an_application_of_a_known_organization_is_shown(steward, two):
    Application.objects.create(
        name="遠州灘システム（株）", kind="local_it_vendor", prefecture="22", has_ties=False,
        applicant_name="架空 太郎", applicant_email="a@example.jp",
    )  # fmt: skip
    shown = page(steward, "steward_duplicates").content.decode()
    assert "遠州灘システム（株）" in shown
    assert "名前と都道府県が同じ" in shown


# --- Merging ------------------------------------------------------------------------------------


def test_comparing_tells_no_weakness_and_counts_none(steward, two):
    kept, dropped = two
    text = merge_page(steward, kept, dropped).content.decode()
    assert "zqhiddenlineqz" not in text
    rows = merge_page(steward, kept, dropped).context["numbers"]
    assert ("自己評価", 1, 2) in [(str(label), left, right) for label, left, right in rows]


def test_from_comparing_over_confirming_to_the_list_and_back(world, steward, two):
    kept, dropped = two
    asked = merge_page(steward, kept, dropped, decision(kept, kept, dropped))
    assert asked.status_code == 200
    assert ("自己評価", 1, 1) in [(str(label), moves, clashes) for label, moves, clashes in asked.context["rows"]]
    assert REASON in asked.content.decode()
    assert Merge.objects.count() == 1  # nothing happened yet
    done = merge_page(steward, kept, dropped, decision(kept, kept, dropped, confirmed="yes"))
    assert done["Location"] == reverse("network:steward_merges")
    entry = Merge.objects.get(kept=kept)
    assert (entry.dropped, entry.by, entry.reason) == (dropped, world.people["steward"], REASON)
    assert REASON in page(steward, "steward_merges").content.decode()
    back = steward.post(reverse("network:steward_unmerge", args=[entry.pk]), follow=True)
    assert "統合を取り消しました" in back.content.decode()
    dropped.refresh_from_db()
    assert dropped.is_active
    again = steward.post(reverse("network:steward_unmerge", args=[entry.pk]))
    assert again.status_code == 409


def test_the_other_one_can_be_kept(steward, two):
    first, second = two
    merge_page(steward, first, second, decision(second, first, second, confirmed="yes"))
    first.refresh_from_db()
    assert first.merged_into == second


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": " "},
        {"reason": "\u200b"},
        {"reason": "a\0"},
        {"reason": "x" * 401},
        {"reason": "\u202e逆"},
        {"keep": "x"},
        {"keep": ""},
        {"keep": "9" * 400},
    ],
    ids=repr,
)
def test_what_is_wrong_is_said_and_nothing_happens(steward, two, wrong):
    kept, dropped = two
    answer = merge_page(steward, kept, dropped, decision(kept, kept, dropped, confirmed="yes") | wrong)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("versions", ["", "x", "1", "7-1", "1-1-1", "²-1", "9" * 30 + "-1"])
def test_a_record_that_changed_meanwhile_is_shown_again(steward, two, versions):
    kept, dropped = two
    answer = merge_page(steward, kept, dropped, decision(kept, kept, dropped, confirmed="yes") | {"versions": versions})
    assert answer.status_code == 409
    assert "まだ統合していません" in answer.content.decode()
    assert f'value="{kept.version}-{dropped.version}"' in answer.content.decode()
    assert Merge.objects.count() == 1


def test_an_inactive_record_cannot_be_the_one_that_stays(steward, two):
    kept, dropped = two
    Organization.objects.filter(pk=dropped.pk).update(is_active=False)
    answer = merge_page(steward, kept, dropped, decision(dropped, kept, dropped, confirmed="yes"))
    assert answer.status_code == 422
    assert "有効な登録を選んでください" in answer.content.decode()


def test_what_cannot_be_undone_is_listed(world, steward, two):
    kept, dropped = two
    editor = make_person("keeper")
    Membership.objects.create(user=editor, organization=kept, role="editor")
    entry = actions.merge(kept, dropped, reason=REASON, by=world.people["steward"])
    moved = kept.ratings.get(capability__code="inventory")
    actions.rate(kept, capability=moved.capability, level=1, stance="neutral", by=editor)
    answer = steward.post(reverse("network:steward_unmerge", args=[entry.pk]))
    assert answer.status_code == 409
    assert f"自己評価 #{moved.pk}: 統合のあとで変わっています。" in answer.content.decode()


# --- Old addresses and ids ----------------------------------------------------------------------


def test_an_old_address_leads_those_who_may_see_the_kept_one(world, client):
    address = reverse("network:organization", args=[world.merge.dropped_id])
    kept = reverse("network:organization", args=[world.merge.kept_id])
    for reader in ("partner", "editor", "facilitator", "steward"):
        client.force_login(world.people[reader])
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, kept)
        assert word("twin") not in answer.content.decode()
    client.force_login(world.people["stranger"])
    assert client.get(address).status_code == 404


def test_the_api_says_where_a_record_went_to_those_who_may_see_it(world):
    api = APIClient()
    for reader, told in (("editor", True), ("steward", True), ("stranger", False)):
        api.force_login(world.people[reader])
        answer = api.get("/api/v1/organizations/twin")
        assert answer.status_code == 404
        assert ("owner" in answer.json()["errors"][0]["message"]) == told
    api.force_login(world.people["stranger"])
    hidden, missing = (api.get(f"/api/v1/organizations/{name}").content for name in ("twin", "nowhere"))
    assert hidden == missing


@pytest.mark.parametrize(
    "line",
    [
        {"type": "organization", "id": "twin", "about": "x"},
        {"type": "collaboration", "between": ["twin", "partner"], "engagements": 1},
        {"type": "person", "email": "a@example.jp", "memberships": [{"organization": "twin"}]},
    ],
    ids=lambda line: line["type"],
)
def test_a_file_that_names_a_merged_record_is_refused_with_the_id_to_use(world, tmp_path, line):
    file = tmp_path / "network.jsonl"
    file.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    with pytest.raises(CommandError, match="「owner」に統合されています"):
        call_command("import_network", str(file))


def test_an_export_leaves_merged_records_out_and_can_be_imported_again(world, tmp_path):
    file = tmp_path / "network.jsonl"
    with file.open("w", encoding="utf-8") as out:
        call_command("export_network", "-", stdout=out)
    text = file.read_text(encoding="utf-8")
    assert '"twin"' not in text
    call_command("import_network", str(file))


def test_a_stored_proposal_names_the_kept_record(world):
    proposal = world.proposals["latest"]
    team = proposal.result["teams"][0]["members"]
    dropped = Organization.objects.get(external_id=team[0])
    kept = make_organization("new", name="架空 新しい名前")
    actions.merge(kept, dropped, reason=REASON, by=world.people["steward"])
    proposal.refresh_from_db()
    assert proposal.result["teams"][0]["members"] == team  # what was proposed then stays
    words = lexicon([proposal.result], world.people["facilitator"])
    assert words.name(team[0]) == "架空 新しい名前"


# --- Hostile requests ---------------------------------------------------------------------------

HOSTILE = ["", "a%00b", "%ED%A0%80", "%FF%FE", "%E2%80%8B", "x" * 100_000, "9" * 400]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_bodies_change_nothing(world, client, two, text):
    client.force_login(world.people["steward"])
    kept, dropped = two
    form = "application/x-www-form-urlencoded"
    merging = reverse("network:steward_merge", args=[kept.pk, dropped.pk])
    answer = client.post(merging, f"keep={kept.pk}&reason={text}&versions=1-1&confirmed=yes", content_type=form)
    assert (answer.status_code == 302) == (text == "9" * 400)  # digits are a reason like any other
    examined = reverse("network:steward_examined", args=[kept.pk])
    assert client.post(examined, f"rule={text}", content_type=form).status_code == 404
    remind = reverse("network:steward_remind", args=[kept.pk])
    assert client.post(remind, f"queue={text}&page={text}", content_type=form).status_code == 302
    assert not Examined.objects.exists()


@pytest.mark.parametrize("number", [10**30, 2**63, 0])
def test_hostile_addresses_are_not_found(world, client, number):
    client.force_login(world.people["steward"])
    owner = world.organizations["owner"].pk
    for address in (f"merge/{number}/{owner}/", f"merge/{owner}/{number}/", f"merge/{owner}/{owner}/"):
        assert client.get(f"/steward/{address}").status_code == 404
    posts = ("merges/{}/undo/", "duplicates/{}/restore/", "organizations/{}/remind/", "organizations/{}/examined/")
    for address in posts:
        assert client.post(f"/steward/{address.format(number)}").status_code == 404
    assert client.post(f"/steward/duplicates/{owner}/{number}/dismiss/").status_code == 404
