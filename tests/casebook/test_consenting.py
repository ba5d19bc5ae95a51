"""The consent ledger: who must agree to what, and that a word taken back is taken back everywhere at once."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from casebook import actions
from casebook.actions.wanting import WIDTH, keys_planned, wanting
from casebook.models import Case, CaseEvent, Consent, Grant, Section
from casebook.vocabulary import CaseDeed, CaseState, ConsentState, Scope
from casebook.writing.content import WHO_AND_WHEN, Content, Figure, File, Planned, Took
from casebook.writing.texts import draft_text
from network.actions import ConflictError
from network.models import Evidence, Membership, Notice, User
from search.finding import find
from tests.casebook.desk import NETWORK, SECTIONS, client_terms
from tests.cast import make_organization
from tests.threads import at_once, needs_several_connections, refused

pytestmark = pytest.mark.django_db
INSIDE_ONLY = {"summary": Planned()}
OUTSIDE = {
    "named": lambda desk: Planned((f"org:{desk.partner.pk}",)),
    "network": lambda desk: NETWORK,
    "public": lambda desk: Planned(("public",)),
}


def lacking(desk, case):
    """Who is wanting, and why."""
    text = draft_text(case)
    found = wanting(case, text, keys_planned(case, text.content))
    return {("client" if one.organization is None else one.organization.external_id, one.why) for one in found}


def day(offset):
    return timezone.localdate() + timedelta(days=offset)


# --- Who has a word -----------------------------------------------------------------------------


@pytest.mark.parametrize("basis", ["client", "own", "published", "fiction"])
@pytest.mark.parametrize("took_part", [True, False])
@pytest.mark.parametrize("audience", ["nobody", "owner", *OUTSIDE])
def test_whose_consent_a_text_needs(desk, basis, took_part, audience):
    took = (Took(desk.partner.pk), Took(desk.owner.pk)) if took_part else (Took(desk.owner.pk),)
    planned = {"nobody": Planned(), "owner": Planned((f"org:{desk.owner.pk}",))}.get(audience)
    case = desk.begun(basis=basis, participants=took, audience={"summary": planned or OUTSIDE[audience](desk)})
    needed = set() if planned else {("client", "nothing")} if basis == "client" else set()
    if took_part and not planned:
        needed |= {("partner", "nothing")}
    assert lacking(desk, case) == needed


def test_a_grant_that_has_run_out_counts_for_nothing(desk):
    case = desk.published()
    Grant.objects.filter(section__kind="summary").update(key="public", until=day(-1))
    desk.revised(case, audience={})
    assert lacking(desk, case) == set()
    Grant.objects.filter(section__kind="summary").update(until=day(0))
    assert lacking(desk, case) == {("client", "scope"), ("partner", "scope")}


def test_every_reason_why_a_consent_is_wanting_is_reached_and_named(desk):
    case = desk.begun(participants=(Took(desk.partner.pk),))
    assert lacking(desk, case) == {("client", "nothing"), ("partner", "nothing")}
    [asked] = actions.ask_approvals(case, digest=desk.digest(case), by=desk["editor"])
    assert ("partner", "asked") in lacking(desk, case)
    actions.answer_approval(asked, agreed=False, reason="数字が違います", by=desk["partner_editor"])
    assert ("partner", "declined") in lacking(desk, case)
    desk.agreed(case)
    assert lacking(desk, case) == set()
    Consent.objects.filter(state="given").update(scope="named")
    assert lacking(desk, case) == {("client", "scope"), ("partner", "scope")}
    Consent.objects.filter(state="given").update(scope="network", until=day(-1))
    assert lacking(desk, case) == {("client", "lapsed"), ("partner", "lapsed")}
    Consent.objects.filter(state="given").update(until=day(0))
    assert lacking(desk, case) == set(), "the last day holds"
    Consent.objects.filter(organization=None).update(naming="anonymous")
    assert lacking(desk, case) == {("client", "naming")}
    Consent.objects.update(naming="region")
    actions.save_draft(case, changes={"year": 2020}, expected=None, by=desk["editor"])
    assert lacking(desk, case) == {("client", "other_text"), ("partner", "other_text")}
    actions.save_draft(case, changes={"year": 2025}, expected=None, by=desk["editor"])
    assert lacking(desk, case) == set(), "the same text again is the text that they agreed to"
    for consent in Consent.objects.filter(state="given"):
        by = desk["partner_editor"] if consent.organization else desk["editor"]
        actions.withdraw_consent(consent, reason="方針", by=by)
    assert lacking(desk, case) == {("client", "withdrawn"), ("partner", "withdrawn")}
    actions.submit(case, by=desk["editor"])
    with pytest.raises(actions.ConsentWantingError) as refusal:
        actions.publish(case, by=desk["second"])
    assert all(one.message for one in refusal.value.wanting)
    assert Case.objects.get(pk=case.pk).state == CaseState.DRAFT


@pytest.mark.parametrize(
    ("naming", "values", "why"),
    [
        ("real", {"naming": "real", "audience": dict.fromkeys(SECTIONS, NETWORK)}, set()),
        ("region", {"audience": dict.fromkeys(SECTIONS, NETWORK)}, {("client", "naming")}),
        ("region", {"naming": "real"}, {("client", "naming")}),
        ("region", {"naming": "region"}, set()),
        ("anonymous", {"naming": "region", "industry": "", "prefecture": ""}, {("client", "naming")}),
        ("anonymous", {"naming": "anonymous", "industry": "", "prefecture": ""}, set()),
        ("anonymous", {"naming": "anonymous", "prefecture": ""}, {("client", "naming")}),
    ],
)
def test_nobody_is_named_beyond_the_clients_word(desk, naming, values, why):
    case = desk.begun(**values)
    desk.agreed(case, naming=naming)
    assert lacking(desk, case) == why


def test_a_wider_audience_within_the_scope_asks_nobody_again(desk):
    case = desk.begun(audience={"summary": OUTSIDE["named"](desk)})
    desk.agreed(case, scope="network")
    actions.save_draft(case, changes={"audience": {"summary": {"keys": ["network"]}}}, expected=None, by=desk["editor"])
    assert lacking(desk, case) == set()
    actions.save_draft(case, changes={"audience": {"summary": {"keys": ["public"]}}}, expected=None, by=desk["editor"])
    assert lacking(desk, case) == {("client", "scope"), ("partner", "scope")}


# --- The digest ---------------------------------------------------------------------------------

TEXTS = st.text(max_size=8)
CODES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=3, unique=True).map(tuple)
FIELDS = {
    "year": st.none() | st.integers(1990, 2100),
    "stage_before": st.none() | st.integers(1, 4),
    "stage_after": st.none() | st.integers(1, 4),
    "municipality": st.none() | TEXTS.filter(bool),
    "keywords": CODES,
    "schemes": CODES,
    "related_urls": CODES,
    "phases": CODES,
    "capabilities": CODES,
    "related": st.lists(st.integers(1, 5), max_size=3, unique=True).map(tuple),
    "participants": st.lists(st.builds(Took, st.integers(1, 5), TEXTS, CODES), max_size=2).map(tuple),
    "measures": st.lists(st.builds(Figure, TEXTS, TEXTS, st.none() | st.integers(0, 9)), max_size=2).map(tuple),
    "sections": st.dictionaries(st.sampled_from(list(SECTIONS)), TEXTS.filter(bool), max_size=3),
    "audience": st.dictionaries(st.sampled_from(list(SECTIONS)), st.just(NETWORK), max_size=3),
    "opens_on": st.none() | st.dates().map(str),
}
CONTENTS = st.builds(Content, **{name: FIELDS.get(name, TEXTS) for name in Content.__dataclass_fields__})
FILES = st.lists(st.builds(File, TEXTS, TEXTS, TEXTS, TEXTS), max_size=2)


@given(CONTENTS, CONTENTS, st.sampled_from(sorted(Content.__dataclass_fields__)))
def test_another_word_anywhere_is_another_text_and_another_audience_is_not(one, other, name):
    changed = one.changed(**{name: getattr(other, name)})
    same = getattr(one, name) == getattr(other, name) or name in WHO_AND_WHEN
    assert (changed.digest() == one.digest()) == same


@given(CONTENTS, FILES, FILES)
def test_files_are_part_of_the_text_in_whatever_order(content, files, others):
    key = lambda file: (file.section, file.name, file.description, file.sha256)  # noqa: E731
    same = sorted(files, key=key) == sorted(others, key=key)
    assert (content.digest(files) == content.digest(others)) == same
    assert content.digest(files) == content.digest(list(reversed(files)))


@given(CONTENTS)
def test_the_digest_survives_storing(content):
    stored = Content.from_json(json.loads(json.dumps(content.as_json())))
    assert stored == content
    assert stored.digest() == content.digest()


# --- The client's word --------------------------------------------------------------------------


def test_what_the_client_said_is_written_down_whole(desk):
    case = desk.begun()
    consent = desk.clients_word(case, until=day(30), note="面談で説明ずみ")
    assert (consent.state, consent.digest, consent.person) == ("given", desk.digest(case), "架空商店 代表")
    assert CaseEvent.objects.filter(deed=CaseDeed.CONSENT_GIVEN).count() == 1


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"person": " "}, "person"),
        ({"person": "a\nb"}, "person"),
        ({"person": "名" * 121}, "person"),
        ({"means": ""}, "means"),
        ({"means": "rumour"}, "means"),
        ({"contact": ""}, "contact"),
        ({"agreed_on": None}, "agreed_on"),
        ({"agreed_on": "tomorrow"}, "agreed_on"),
        ({"until": "yesterday"}, "until"),
        ({"scope": "everybody"}, "scope"),
        ({"naming": "loud"}, "naming"),
        ({"note": "\0"}, "note"),
    ],
)
def test_an_incomplete_word_is_refused_at_its_field(desk, terms, field):
    case = desk.begun()
    days = {"tomorrow": day(1), "yesterday": day(-1)}
    terms = {name: days.get(value, value) if name in {"until", "agreed_on"} else value for name, value in terms.items()}
    with pytest.raises(ValidationError) as refusal:
        desk.clients_word(case, **terms)
    assert field in refusal.value.message_dict
    assert not Consent.objects.exists()


def test_nothing_but_terms_is_taken(desk):
    case = desk.begun()
    with pytest.raises(ValueError, match="binding"):
        desk.clients_word(case, binding=True)


@pytest.mark.parametrize("person", ["colleague", "partner_editor", "outsider", "steward"])
def test_only_the_owners_editors_write_it_down(desk, person):
    with pytest.raises(PermissionDenied):
        desk.clients_word(desk.begun(), by=person)


def test_a_word_on_a_text_that_is_not_there_is_a_conflict(desk):
    case = desk.begun()
    before = desk.digest(case)
    actions.save_draft(case, changes={"year": 2020}, expected=None, by=desk["editor"])
    for verb in (
        lambda: actions.record_consent(case, digest=before, terms=client_terms(), by=desk["editor"]),
        lambda: actions.ask_approvals(case, digest=before, by=desk["editor"]),
    ):
        with pytest.raises(ConflictError):
            verb()


def test_where_nobody_needs_to_be_asked_nothing_is_written_down(desk):
    case = desk.begun(basis="own")
    with pytest.raises(ValidationError, match="必要ありません"):
        desk.clients_word(case)
    other = make_organization("other")
    with pytest.raises(ValidationError, match="必要ありません"):
        actions.record_consent(case, party=other, digest=desk.digest(case), terms=client_terms(), by=desk["editor"])


def test_for_a_partner_without_an_editor_the_owner_writes_it_down(desk):
    silent = make_organization("silent")
    case = desk.begun(participants=(Took(silent.pk), Took(desk.partner.pk)))
    digest = desk.digest(case)
    assert [one.organization for one in actions.ask_approvals(case, digest=digest, by=desk["editor"])] == [desk.partner]
    with pytest.raises(ValidationError, match="編集者がいます"):
        actions.record_consent(case, party=desk.partner, digest=digest, terms=client_terms(), by=desk["editor"])
    word = actions.record_consent(case, party=silent, digest=digest, terms=client_terms(), by=desk["editor"])
    assert lacking(desk, case) == {("client", "nothing"), ("partner", "asked")}
    assert actions.may_withdraw(word, desk["second"])
    assert not actions.may_withdraw(word, desk["partner_editor"])


# --- The participants' word ---------------------------------------------------------------------


@pytest.mark.parametrize("person", ["editor", "partner", "outsider", "steward", "stranger"])
def test_only_an_editor_of_the_organization_answers_for_it(desk, person):
    case = desk.begun()
    [asked] = actions.ask_approvals(case, digest=desk.digest(case), by=desk["editor"])
    with pytest.raises(PermissionDenied):
        actions.answer_approval(asked, agreed=True, by=desk[person])


@pytest.mark.parametrize("person", ["colleague", "partner_editor", "outsider", "steward"])
def test_only_the_owners_editors_ask(desk, person):
    case = desk.begun()
    with pytest.raises(PermissionDenied):
        actions.ask_approvals(case, digest=desk.digest(case), by=desk[person])


def test_who_is_asked_is_told_without_a_title_and_asked_once(desk):
    case = desk.begun()
    digest = desk.digest(case)
    [asked] = actions.ask_approvals(case, digest=digest, by=desk["editor"])
    assert actions.ask_approvals(case, digest=digest, by=desk["second"]) == []
    notice = Notice.objects.get(facts__what="approval")
    assert notice.user == desk["partner_editor"]
    client = desk.client("partner_editor")
    assert client.post(f"/notices/{notice.pk}/read/", {"go": "1"})["Location"] == f"/approvals/{asked.pk}/"
    page = client.get("/notices/").content.decode()
    assert "受注の見える化" not in page
    assert desk.owner.name in page


def test_a_word_on_another_text_takes_nothing_from_this_one(desk):
    case = desk.begun()
    desk.agreed(case)
    actions.save_draft(case, changes={"year": 2020}, expected=None, by=desk["editor"])
    [asked] = actions.ask_approvals(case, digest=desk.digest(case), by=desk["editor"])
    actions.answer_approval(asked, agreed=False, reason="年が違います", by=desk["partner_editor"])
    assert lacking(desk, case) == {("client", "other_text"), ("partner", "declined")}
    actions.save_draft(case, changes={"year": 2025}, expected=None, by=desk["editor"])
    assert lacking(desk, case) == set()


def test_who_declined_or_whose_word_ran_out_ends_soon_or_is_too_narrow_is_asked_again(desk):
    case = desk.begun()
    digest = desk.digest(case)
    for end in (
        {"state": "declined"},
        {"state": "given", "until": day(-1)},
        {"state": "given", "withdrawn_at": timezone.now()},
    ):
        [asked] = actions.ask_approvals(case, digest=digest, by=desk["editor"])
        Consent.objects.filter(pk=asked.pk).update(**end)
    assert Consent.objects.count() == 3
    [asked] = actions.ask_approvals(case, digest=digest, by=desk["editor"])
    actions.answer_approval(asked, agreed=True, until=day(0), by=desk["partner_editor"])
    Consent.objects.filter(pk=asked.pk).update(scope="network")
    [again] = actions.ask_approvals(case, digest=digest, by=desk["editor"])
    actions.answer_approval(again, agreed=True, scope="named", by=desk["partner_editor"])
    [again] = actions.ask_approvals(case, digest=digest, by=desk["editor"])
    actions.answer_approval(again, agreed=True, scope="network", until=day(30), by=desk["partner_editor"])
    assert actions.ask_approvals(case, digest=digest, by=desk["editor"]) == []


def test_an_answer_needs_a_reason_or_a_day_to_come_and_the_text_that_was_read(desk):
    case = desk.begun()
    [asked] = actions.ask_approvals(case, digest=desk.digest(case), by=desk["editor"])
    answer = lambda **said: actions.answer_approval(asked, by=desk["partner_editor"], **said)  # noqa: E731
    for said, field in (
        ({"agreed": False, "reason": " "}, "reason"),
        ({"agreed": False, "reason": "字" * 1001}, "reason"),
        ({"agreed": True, "until": day(-1)}, "until"),
        ({"agreed": True, "scope": "everybody"}, "scope"),
    ):
        with pytest.raises(ValidationError) as refusal:
            answer(**said)
        assert field in refusal.value.message_dict
    actions.save_draft(case, changes={"year": 2020}, expected=None, by=desk["editor"])
    with pytest.raises(ConflictError):
        answer(agreed=True)
    actions.save_draft(case, changes={"year": 2025}, expected=None, by=desk["editor"])
    assert answer(agreed=True, scope="public").scope == Scope.PUBLIC
    with pytest.raises(ConflictError):
        answer(agreed=False, reason="やはり")
    assert {notice.user for notice in Notice.objects.filter(facts__what="approved")} == {desk["editor"], desk["second"]}


# --- What the published text rests on -----------------------------------------------------------


def test_a_new_draft_leaves_the_published_text_resting_on_its_own_consents(desk):
    case = desk.published()
    binding = set(case.consents.filter(binding=True).values_list("pk", flat=True))
    desk.revised(case, year=2020)
    desk.agreed(case)
    assert set(case.consents.filter(binding=True).values_list("pk", flat=True)) == binding
    actions.publish(case, by=desk["second"])
    now = case.consents.filter(binding=True)
    assert now.count() == 2
    assert not now.filter(pk__in=binding).exists()


SHARES = ["lab:1", "org:5", "user:5", "network", "public"]


@pytest.mark.parametrize("scope", list(Scope.values))
@pytest.mark.parametrize("key", SHARES)
def test_a_section_is_shared_as_far_as_was_agreed(desk, scope, key):
    case = desk.published(scope=scope, audience={"summary": OUTSIDE["named"](desk)})
    section = case.sections.get(kind="result")
    wide = {"network": 1, "public": 2}.get(key, 0)
    if wide <= WIDTH[scope]:
        actions.share(section, with_keys=[key], by=desk["editor"])
        assert set(section.grants.values_list("key", flat=True)) == {key}
    else:
        with pytest.raises(actions.BeyondConsentError):
            actions.share(section, with_keys=[key], by=desk["editor"])
        assert not section.grants.exists()


def test_the_clients_name_is_shared_with_consent_to_the_name_alone(desk):
    for naming, allowed in (("region", False), ("real", True)):
        case = desk.published(naming=naming, audience={"summary": NETWORK})
        assert actions.consents_allow(case, "network", "identity") is allowed
        assert actions.consents_allow(case, "network", "result")


def test_what_was_published_for_the_owner_alone_is_not_shared_past_the_consents(desk):
    case = desk.submitted(audience=INSIDE_ONLY)
    actions.publish(case, by=desk["second"])
    case.refresh_from_db()
    section = case.sections.get(kind="summary")
    for key in ("network", f"org:{desk.partner.pk}"):
        with pytest.raises(actions.BeyondConsentError):
            actions.share(section, with_keys=[key], by=desk["editor"])
    actions.share(section, with_keys=[f"org:{desk.owner.pk}"], by=desk["editor"])
    desk.agreed(case)
    actions.reopen(case, by=desk["second"])
    actions.share(section, with_keys=["network"], by=desk["editor"])
    assert desk.sees("outsider", case)


def test_one_word_is_not_enough_where_two_are_needed(desk):
    case = desk.published()
    case.consents.filter(organization=None).update(binding=False)
    assert not actions.consents_allow(case, "network")


def test_a_case_that_a_file_brought_is_shared_as_its_owner_likes(world):
    assert actions.consents_allow(world.cases["draft"], "public")
    assert not actions.consents_allow(world.cases["lapsed"], "network"), "but not on a word that has run out"


# --- Taking it back -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "person", ["editor", "second", "colleague", "partner", "partner_editor", "outsider", "steward"]
)
def test_a_party_takes_back_its_own_word(desk, person):
    case = desk.published()
    client, partner = case.consents.get(organization=None), case.consents.get(organization=desk.partner)
    may = {"editor": [client], "second": [client], "partner_editor": [partner]}.get(person, [])
    for consent in (client, partner):
        assert actions.may_withdraw(consent, desk[person]) == (consent in may)
        if consent not in may:
            with pytest.raises(PermissionDenied):
                actions.withdraw_consent(consent, reason="x", by=desk[person])
    assert desk.sees("outsider", case)


def test_a_withdrawal_has_a_reason_and_happens_once(desk):
    case = desk.published()
    consent = case.consents.get(organization=None)
    for reason in (" ", "字" * 1001, "\0"):
        with pytest.raises(ValidationError) as refusal:
            actions.withdraw_consent(consent, reason=reason, by=desk["editor"])
        assert "reason" in refusal.value.message_dict
    actions.withdraw_consent(consent, reason="代表が替わった", by=desk["editor"])
    with pytest.raises(ConflictError):
        actions.withdraw_consent(consent, reason="もう一度", by=desk["editor"])
    assert {notice.user for notice in Notice.objects.filter(facts__what="withdrawn")} == {desk["second"]}


def test_a_word_can_be_taken_back_when_whoever_asked_has_gone(desk):
    case = desk.published()
    Consent.objects.update(asked_by=None, answered_by=None)
    actions.withdraw_consent(case.consents.get(organization=None), reason="方針", by=desk["editor"])
    assert not desk.sees("outsider", case)


def test_what_was_only_asked_or_declined_cannot_be_taken_back(desk):
    case = desk.begun()
    [asked] = actions.ask_approvals(case, digest=desk.digest(case), by=desk["editor"])
    with pytest.raises(ConflictError):
        actions.withdraw_consent(asked, reason="x", by=desk["partner_editor"])
    actions.answer_approval(asked, agreed=False, reason="x", by=desk["partner_editor"])
    with pytest.raises(ConflictError):
        actions.withdraw_consent(asked, reason="x", by=desk["partner_editor"])


def test_who_takes_back_an_old_word_takes_back_all_of_them(desk):
    """The page of last year's approval lies in a drawer; what one means is: no more."""
    case = desk.published()
    old = case.consents.get(organization=desk.partner)
    desk.revised(case, year=2020)
    desk.agreed(case)
    actions.publish(case, by=desk["second"])
    desk.revised(case, year=2021)
    desk.agreed(case)
    actions.withdraw_consent(old, reason="方針", by=desk["partner_editor"])
    assert not desk.sees("outsider", case)
    with pytest.raises(actions.ConsentWantingError):
        actions.publish(case, by=desk["second"])
    assert {consent.withdrawn_reason for consent in case.consents.filter(organization=desk.partner)} == {"方針"}
    assert not case.consents.filter(organization=None, withdrawn_at__isnull=False).exists()


def surfaces(desk, case, name):
    """Everywhere that the reader could come upon the case."""
    person, client = desk[name], desk.client(name)
    section = Section.objects.filter(case=case, kind="summary").first()
    exported = StringIO()
    call_command("export_cases", "--as", person.email, stdout=exported)
    listed = client.get("/api/v1/cases/").json()
    rows = listed["results"] if isinstance(listed, dict) else listed
    answer = find("注文", person, engine="database")
    return {
        "page": client.get(f"/cases/{case.pk}/").status_code == 200,
        "api": client.get(f"/api/v1/cases/{case.external_id}/").status_code == 200,
        "api list": any(row["id"] == case.external_id for row in rows),
        "recent": case.title in client.get("/cases/recent/").content.decode(),
        "search": case.title in client.get("/cases/?q=注文").content.decode(),
        "list": case.title in client.get("/cases/").content.decode(),
        "find": answer.total > 0,
        "facets": any(value.count for facet in answer.facets for value in facet.values),
        "export": case.external_id in exported.getvalue(),
        "section": Section.objects.visible_to(person).filter(pk=section.pk).exists(),
        "evidence": Evidence.objects.filter(reference=case.external_id).exists(),
    }


@pytest.mark.parametrize("whose", ["client", "partner"])
def test_a_word_taken_back_closes_the_case_everywhere_with_the_next_request(desk, whose):
    case = desk.published()
    assert all(surfaces(desk, case, "outsider").values()), surfaces(desk, case, "outsider")
    consent = case.consents.get(organization=desk.partner if whose == "partner" else None)
    by = desk["partner_editor"] if whose == "partner" else desk["editor"]
    actions.withdraw_consent(consent, reason="方針", by=by)
    assert not any(surfaces(desk, case, "outsider").values()), surfaces(desk, case, "outsider")
    inside = surfaces(desk, case, "colleague")
    assert inside["page"]
    assert inside["search"]
    assert not inside["evidence"]
    assert Client().get(f"/cases/{case.pk}/").status_code == 404


def test_a_word_that_runs_out_closes_the_case_the_day_after(desk):
    case = desk.published()
    case.consents.filter(organization=None).update(until=day(0))
    assert desk.sees("outsider", case)
    case.consents.filter(organization=None).update(until=day(-1))
    assert not desk.sees("outsider", case)
    assert desk.sees("colleague", case)


# --- Opening it again ---------------------------------------------------------------------------


def closed_case(desk):
    case = desk.published()
    actions.withdraw_consent(case.consents.get(organization=None), reason="代表が替わった", by=desk["editor"])
    return case


def test_a_word_given_anew_opens_nothing_by_itself(desk):
    case = closed_case(desk)
    desk.clients_word(case)
    assert not desk.sees("outsider", case)
    with pytest.raises(actions.SecondPersonNeededError):
        actions.reopen(case, by=desk["editor"])
    actions.reopen(case, by=desk["second"])
    assert desk.sees("outsider", case)
    event = CaseEvent.objects.first()
    assert (event.deed, event.by) == (CaseDeed.RESTORED, desk["second"])


@pytest.mark.parametrize("person", ["colleague", "partner_editor", "outsider", "steward"])
def test_only_the_owners_editors_open_it_again(desk, person):
    case = closed_case(desk)
    desk.clients_word(case)
    with pytest.raises(PermissionDenied):
        actions.reopen(case, by=desk[person])


def test_a_partners_own_answer_needs_no_second_person(desk):
    case = desk.published()
    actions.withdraw_consent(case.consents.get(organization=desk.partner), reason="方針", by=desk["partner_editor"])
    [asked] = actions.ask_approvals(case, digest=desk.digest(case), by=desk["editor"])
    actions.answer_approval(asked, agreed=True, scope="network", by=desk["partner_editor"])
    actions.reopen(case, by=desk["editor"])
    assert desk.sees("outsider", case)


def test_without_a_new_word_or_with_a_narrower_one_it_stays_closed(desk):
    case = closed_case(desk)
    with pytest.raises(actions.ConsentWantingError) as refusal:
        actions.reopen(case, by=desk["second"])
    assert [one.why for one in refusal.value.wanting] == ["withdrawn"]
    desk.clients_word(case, scope="named")
    with pytest.raises(actions.ConsentWantingError) as refusal:
        actions.reopen(case, by=desk["second"])
    assert [one.why for one in refusal.value.wanting] == ["scope"]
    assert not desk.sees("outsider", case)


def test_a_case_that_rests_on_all_there_is_needs_no_opening(desk):
    with pytest.raises(ConflictError):
        actions.reopen(desk.published(), by=desk["second"])
    with pytest.raises(ConflictError):
        actions.reopen(desk.begun(), by=desk["second"])


def test_a_word_renewed_in_time_is_taken_up_without_a_gap(desk):
    case = desk.published()
    case.consents.filter(organization=None).update(until=day(0))
    desk.clients_word(case, until=day(365))
    actions.reopen(case, by=desk["second"])
    assert case.consents.get(organization=None, binding=True).until == day(365)
    assert desk.sees("outsider", case)


def test_a_new_text_with_its_own_words_opens_it_too(desk):
    case = closed_case(desk)
    desk.revised(case, year=2020)
    desk.agreed(case)
    actions.publish(case, by=desk["second"])
    assert desk.sees("outsider", case)


# --- At once ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_withdraw_at_once_one_does(desk):
    needs_several_connections()
    case = desk.published()
    consent = case.consents.get(organization=None)
    deed = lambda: actions.withdraw_consent(consent, reason="x", by=User.objects.get(pk=desk["editor"].pk))  # noqa: E731
    outcomes = at_once(*[deed] * 8)
    assert len(refused(outcomes)) == 7
    assert all(isinstance(one, ConflictError) for one in refused(outcomes))
    assert CaseEvent.objects.filter(deed=CaseDeed.CONSENT_WITHDRAWN).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_four_who_answer_at_once_one_does(desk):
    needs_several_connections()
    case = desk.begun()
    [asked] = actions.ask_approvals(case, digest=desk.digest(case), by=desk["editor"])
    assert Membership.objects.filter(user=desk["partner_editor"]).exists()
    deeds = [
        lambda: actions.answer_approval(asked, agreed=True, by=User.objects.get(pk=desk["partner_editor"].pk)),
        lambda: actions.answer_approval(
            asked, agreed=False, reason="x", by=User.objects.get(pk=desk["partner_editor"].pk)
        ),
    ] * 2
    assert len(refused(at_once(*deeds))) == 3
    asked.refresh_from_db()
    assert asked.state in {ConsentState.GIVEN, ConsentState.DECLINED}
