"""The neutrality ledger: a required yes or no, interests with period and audience, both sides told, nothing deleted."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from network import actions
from network.models import Change, Notice, Organization, RegistryVersion, Tie
from network.profile.shown import ties as ties_on_profile
from network.vocabulary import Deed, NoticeKind, TieKind, TieVisibility
from tests.cast import READERS, make_organization

TODAY = timezone.localdate
AUDIENCES = """
                   network  labs  labs_elsewhere  closed
anonymous          -        -     -               -
stranger           -        -     -               -
partner            v        v     -               -
outsider           v        -     v               -
colleague          v        v     -               -
editor             v        v     -               -
facilitator        v        v     -               -
other_facilitator  v        -     v               -
steward            v        -     -               v
former             -        -     -               -
dormant            -        -     -               -
inactive           -        -     -               -
teammate           v        -     -               -
delegate           -        -     -               -
"""
"""Who reads which interest. `network` and `labs`: between owner and partner, who joined the lab of 静岡県 that the
facilitator serves; `labs_elsewhere`: between elsewhere (joined 大阪市) and a newcomer without a lab; `closed`: between
the owner and an organization that is no longer active, open to the network."""
HEAD, *LINES = [line.split() for line in AUDIENCES.strip().splitlines()]


@pytest.fixture
def world(world):
    """The cast without the interest that is planted for the walk through every address."""
    Tie.objects.filter(pk=world.ties["quiet"].pk).delete()
    return world


@pytest.fixture
def audiences(world):
    """The interests of the table, by column."""
    Tie.objects.all().delete()
    newcomer = make_organization("newcomer", name="架空 しんじん")
    sides = {
        "network": ("owner", "partner", TieKind.CAPITAL, TieVisibility.NETWORK),
        "labs": ("owner", "partner", TieKind.RESALE, TieVisibility.LABS),
        "closed": ("owner", "closed", TieKind.CAPITAL, TieVisibility.NETWORK),
    }
    made = {
        name: between(world.organizations[one], world.organizations[other], kind=kind, visibility=visibility)
        for name, (one, other, kind, visibility) in sides.items()
    }
    made["labs_elsewhere"] = between(
        world.organizations["elsewhere"], newcomer, kind=TieKind.GROUP, visibility=TieVisibility.LABS
    )
    return made


def between(one, other, **values):
    first, second = sorted([one, other], key=lambda organization: organization.pk)
    return Tie.objects.create(first=first, second=second, **values)


# --- Who may know -------------------------------------------------------------------------------


@pytest.mark.parametrize("line", LINES, ids=[line[0] for line in LINES])
def test_an_interest_is_told_to_whom_the_table_names(world, audiences, line):
    reader, cells = world.people[line[0]], dict(zip(HEAD, line[1:], strict=True))
    seen = set(Tie.objects.visible_to(reader).values_list("pk", flat=True))
    assert seen == {audiences[name].pk for name, cell in cells.items() if cell == "v"}


def test_the_table_names_every_reader():
    assert [line[0] for line in LINES] == list(READERS)


@pytest.mark.parametrize("reader", READERS)
def test_a_profile_shows_what_the_reader_may_know_and_is_in_force(world, audiences, reader):
    owner, person = world.organizations["owner"], world.people[reader]
    audiences["network"].until = TODAY() - timedelta(days=1)
    audiences["network"].save()
    shown = set(ties_on_profile(owner, person).values_list("pk", flat=True))
    known = set(Tie.objects.visible_to(person).filter(first=owner).values_list("pk", flat=True))
    assert shown == known - {audiences["network"].pk}


# --- Yes or no ----------------------------------------------------------------------------------


def owner_and_editor(world):
    return world.organizations["owner"], world.people["editor"]


def test_the_declaration_says_yes_or_no_and_when(world):
    Tie.objects.all().delete()
    owner, editor = owner_and_editor(world)
    assert owner.ties_declared is None
    actions.declare_ties(owner, has_ties=False, by=editor)
    owner.refresh_from_db()
    assert owner.ties_declared is False
    assert owner.ties_declared_at is not None
    [entry] = Change.objects.filter(organization=owner, deed=Deed.TIE)
    assert entry.changes == {"ties_declared": [None, False]}
    assert owner.registry_version == RegistryVersion.current()


def test_no_is_refused_while_an_own_interest_lasts(world):
    owner, editor = owner_and_editor(world)
    with pytest.raises(ValidationError) as refused:
        actions.declare_ties(owner, has_ties=False, by=editor)
    assert "has_ties" in refused.value.message_dict
    Tie.objects.filter(first=owner).update(until=TODAY() - timedelta(days=1))
    actions.declare_ties(owner, has_ties=False, by=editor)
    assert Organization.objects.get(pk=owner.pk).ties_declared is False


def test_what_only_the_other_side_says_or_what_one_may_not_see_does_not_stop_a_no(world):
    owner, editor = owner_and_editor(world)
    Tie.objects.filter(second=world.organizations["partner"]).update(declared_by=world.organizations["partner"])
    actions.declare_ties(owner, has_ties=False, by=editor)
    assert Tie.objects.filter(second=world.organizations["closed"]).exists()


@pytest.mark.parametrize("reader", ["partner", "colleague", "outsider", "facilitator", "steward", "former", "dormant"])
def test_only_editors_declare_disclose_change_and_end(world, reader):
    owner, person = world.organizations["owner"], world.people[reader]
    tie = Tie.objects.get(second=world.organizations["partner"])
    before = list(Tie.objects.values())
    with pytest.raises(PermissionDenied):
        actions.declare_ties(owner, has_ties=True, by=person)
    with pytest.raises(PermissionDenied):
        actions.disclose_tie(owner, other=world.organizations["elsewhere"], kind=TieKind.GROUP, by=person)
    with pytest.raises(PermissionDenied):
        actions.end_tie(owner, tie=tie, until=TODAY(), by=person)
    with pytest.raises(PermissionDenied):
        actions.change_tie(owner, tie=tie, since=None, until=None, note="", visibility=TieVisibility.LABS, by=person)
    assert list(Tie.objects.values()) == before


# --- Disclosing ---------------------------------------------------------------------------------


def test_disclosing_is_noted_on_both_records_and_told_to_the_other_sides_editors(world):
    owner, editor = owner_and_editor(world)
    other = world.organizations["elsewhere"]
    tie = actions.disclose_tie(
        owner, other=other, kind=TieKind.REFERRAL_FEE, note="紹介1件ごと", visibility=TieVisibility.LABS, by=editor
    )
    assert (tie.first_id, tie.second_id) == tuple(sorted([owner.pk, other.pk]))
    assert tie.declared_by == owner
    for organization in (owner, other):
        [entry] = [c for c in Change.objects.filter(organization=organization) if f"tie.{tie.pk}" in c.changes]
        before, after = entry.changes[f"tie.{tie.pk}"]
        assert (before, after["kind"], after["visibility"]) == (None, "referral_fee", "labs")
        assert entry.by == editor
    [notice] = Notice.objects.filter(kind=NoticeKind.TIE)
    assert (notice.user, notice.organization) == (world.people["outsider"], other)
    assert notice.facts == {"by": owner.name, "by_id": owner.pk}
    assert Organization.objects.get(pk=owner.pk).ties_declared is True
    assert Organization.objects.get(pk=other.pk).ties_declared is None


def test_the_same_kind_between_the_same_two_is_on_record_once(world):
    owner, editor = owner_and_editor(world)
    with pytest.raises(ValidationError) as refused:
        actions.disclose_tie(owner, other=world.organizations["partner"], kind=TieKind.CAPITAL, by=editor)
    assert "kind" in refused.value.message_dict
    actions.disclose_tie(owner, other=world.organizations["partner"], kind=TieKind.GROUP, by=editor)


@pytest.mark.parametrize("name", ["owner", "closed"])
def test_neither_oneself_nor_an_organization_that_is_gone_can_be_named(world, name):
    owner, editor = owner_and_editor(world)
    with pytest.raises(ValidationError) as refused:
        actions.disclose_tie(owner, other=world.organizations[name], kind=TieKind.GROUP, by=editor)
    assert "other" in refused.value.message_dict


@pytest.mark.parametrize(
    "values",
    [
        {"note": "\u202eこっそり"},
        {"note": "あ" * 401},
        {"note": "\u200b"},
        {"until": TODAY() - timedelta(days=5)},
    ],
)
def test_bad_values_change_nothing(world, values):
    owner, editor = owner_and_editor(world)
    before = Change.objects.count()
    with pytest.raises(ValidationError):
        actions.disclose_tie(
            owner, other=world.organizations["elsewhere"], kind=TieKind.GROUP, since=TODAY(), **values, by=editor
        )
    assert Change.objects.count() == before
    assert not Tie.objects.filter(kind=TieKind.GROUP).exists()


# --- Changing and ending ------------------------------------------------------------------------


def disclosed(world):
    owner, editor = owner_and_editor(world)
    return actions.disclose_tie(owner, other=world.organizations["elsewhere"], kind=TieKind.GROUP, by=editor)


def changed(world, tie, by="editor", of="owner", **values):
    terms = {"since": None, "until": None, "note": "", "visibility": TieVisibility.NETWORK} | values
    return actions.change_tie(world.organizations[of], tie=tie, **terms, by=world.people[by])


def test_the_other_side_may_not_change_what_it_did_not_say(world):
    tie = disclosed(world)
    with pytest.raises(PermissionDenied):
        changed(world, tie, by="outsider", of="elsewhere", note="ちがいます")
    with pytest.raises(PermissionDenied):
        actions.end_tie(world.organizations["elsewhere"], tie=tie, until=TODAY(), by=world.people["outsider"])


def test_what_a_file_stated_belongs_to_whoever_touches_it_first(world):
    tie = between(world.organizations["owner"], world.organizations["elsewhere"], kind=TieKind.RESALE)
    changed(world, tie, by="outsider", of="elsewhere", note="販売代理")
    tie.refresh_from_db()
    assert tie.declared_by == world.organizations["elsewhere"]
    with pytest.raises(PermissionDenied):
        changed(world, tie, note="ちがう")


def test_a_change_that_somebody_overtook_is_refused_and_loses_nothing(world):
    tie = disclosed(world)
    read = actions.stamp(tie)
    changed(world, tie, note="一番目", expected=read)
    with pytest.raises(actions.ConflictError) as conflict:
        changed(world, tie, note="二番目", expected=read)
    assert conflict.value.current.note == "一番目"
    assert Tie.objects.get(pk=tie.pk).note == "一番目"


def test_saving_what_stands_there_tells_nobody(world):
    tie = disclosed(world)
    before = (Change.objects.count(), Notice.objects.count())
    changed(world, tie)
    assert (Change.objects.count(), Notice.objects.count()) == before


def test_an_end_keeps_the_record_and_is_told(world):
    tie = disclosed(world)
    owner, editor = owner_and_editor(world)
    actions.end_tie(owner, tie=tie, until=TODAY(), by=editor)
    assert Tie.objects.in_force(TODAY()).filter(pk=tie.pk).exists()
    assert not Tie.objects.in_force(TODAY() + timedelta(days=1)).filter(pk=tie.pk).exists()
    assert Notice.objects.filter(kind=NoticeKind.TIE, user=world.people["outsider"]).count() == 2
    with pytest.raises(ValidationError):
        actions.end_tie(owner, tie=tie, until=TODAY() + timedelta(days=1), by=editor)
    Tie.objects.filter(pk=tie.pk).update(until=TODAY() - timedelta(days=1))
    with pytest.raises(actions.ConflictError):
        actions.end_tie(owner, tie=tie, until=TODAY(), by=editor)


@given(days=st.tuples(*[st.none() | st.integers(-400, 400)] * 2), asked=st.integers(-500, 500))
def test_first_and_last_day_count_for_any_period(days, asked):
    since, until = days
    inside = (since is None or since <= asked) and (until is None or until >= asked)
    moment = TODAY()
    row = Tie(
        since=None if since is None else moment + timedelta(days=since),
        until=None if until is None else moment + timedelta(days=until),
    )
    day = moment + timedelta(days=asked)
    assert ((row.since is None or row.since <= day) and (row.until is None or row.until >= day)) == inside


# --- Pages --------------------------------------------------------------------------------------


def address(name, world, *more):
    return reverse(f"network:{name}", args=[world.organizations["owner"].pk, *more])


@pytest.fixture
def editing(world, client):
    client.force_login(world.people["editor"])
    return client


def test_the_page_asks_for_yes_or_no_and_says_why_it_refuses(world, editing):
    page = editing.get(address("ties", world)).content.decode()
    assert "未申告" in page
    silent = editing.post(address("ties", world), {})
    assert silent.status_code == 422
    assert "「あります」か「ありません」" in silent.content.decode()
    refused = editing.post(address("ties", world), {"has_ties": "no"})
    assert refused.status_code == 422
    assert "終了日" in refused.content.decode()
    assert editing.post(address("ties", world), {"has_ties": "yes"}).status_code == 302
    assert "申告あり" in editing.get(address("ties", world)).content.decode()


def test_typing_a_name_without_scripts_finds_offers_and_takes(world, editing):
    terms = {"kind": "group", "visibility": "network", "note": "親会社が同じ"}
    looked = editing.post(address("new_tie", world), {**terms, "other_q": "架空", "pick": "1"})
    page = looked.content.decode()
    assert looked.status_code == 200
    assert "架空 天竜システム" in page
    assert "errorlist" not in page
    assert "親会社が同じ" in page
    several = editing.post(address("new_tie", world), {**terms, "other_q": "架空"})
    assert several.status_code == 422
    assert "候補の中から" in several.content.decode()
    nobody = editing.post(address("new_tie", world), {**terms, "other_q": "どこにもない"})
    assert "見つかりません" in nobody.content.decode()
    assert editing.post(address("new_tie", world), {**terms, "other_q": "天竜"}).status_code == 302
    assert Tie.objects.get(kind=TieKind.GROUP).second == world.organizations["partner"]


@pytest.mark.parametrize("chosen", ["", "0", "9" * 30, "\0", "abc", "-1", "１２"])
def test_no_id_that_is_none_makes_an_error_page(world, editing, chosen):
    sent = {"kind": "group", "visibility": "network", "other": chosen}
    assert editing.post(address("new_tie", world), sent).status_code == 422


def test_neither_oneself_nor_a_closed_organization_is_offered(world, editing):
    pick = reverse("network:pick_organization")
    own = world.organizations["owner"].pk
    page = editing.get(pick, {"name": "other", "other_q": "架空", "without": own}).content.decode()
    assert "浜名" not in page
    assert world.organizations["closed"].name not in page
    assert "天竜" in page
    assert 'name="other"' in page
    odd = editing.get(pick, {"name": "x'><b>", "other_q": "天竜"}).content.decode()
    assert "<b>" not in odd


def test_two_editors_on_one_interest_see_both_values_and_lose_none(world, editing):
    tie = disclosed(world)
    page = address("tie", world, tie.pk)
    first = {"note": "一番目", "visibility": "network", "stamp": actions.stamp(tie)}
    assert editing.post(page, first).status_code == 302
    second = editing.post(page, first | {"note": "二番目"})
    text = second.content.decode()
    assert second.status_code == 409
    assert "一番目" in text
    assert "二番目" in text
    tie.refresh_from_db()
    assert actions.stamp(tie) in text
    again = editing.post(page, first | {"note": "二番目", "stamp": actions.stamp(tie)})
    assert again.status_code == 302
    assert Tie.objects.get(pk=tie.pk).note == "二番目"


def test_the_other_sides_disclosure_is_shown_and_cannot_be_changed(world, client):
    tie = disclosed(world)
    client.force_login(world.people["outsider"])
    own = world.organizations["elsewhere"].pk
    page = client.get(reverse("network:ties", args=[own])).content.decode()
    assert "相手の機関が開示しました" in page
    assert client.get(reverse("network:tie", args=[own, tie.pk])).status_code == 403
    assert client.post(reverse("network:end_tie", args=[own, tie.pk])).status_code == 403


def test_ending_on_the_page_keeps_the_past_in_its_own_list(world, editing):
    tie = disclosed(world)
    ended = editing.post(address("end_tie", world, tie.pk), {"until": (TODAY() - timedelta(days=1)).isoformat()})
    assert ended.status_code == 302
    assert "終わった関係" in editing.get(address("ties", world)).content.decode()
    again = editing.post(address("end_tie", world, tie.pk), {"until": TODAY().isoformat()})
    assert again.status_code == 409
    tomorrow = (TODAY() + timedelta(days=1)).isoformat()
    assert editing.post(address("end_tie", world, tie.pk), {"until": tomorrow}).status_code == 422


@pytest.mark.parametrize(("declared", "word"), [(None, "未申告"), (True, "申告あり"), (False, "なしと申告")])
def test_the_profile_says_what_was_declared(world, client, declared, word):
    Organization.objects.filter(pk=world.organizations["owner"].pk).update(ties_declared=declared)
    client.force_login(world.people["outsider"])
    assert word in client.get(address("organization", world)).content.decode()


def test_a_list_of_three_interests_takes_as_many_queries_as_one(world, editing, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        editing.get(address("ties", world))
    owner = world.organizations["owner"]
    for number in range(2):
        between(owner, make_organization(f"x{number}"), kind=TieKind.GROUP)
    with django_assert_max_num_queries(len(one)):
        editing.get(address("ties", world))
