"""Every text of the product exists in English, and no page shows English readers any Japanese but the switch to it."""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import templatize

from casebook.models import Case, CasePhase, Grant, Measure, Participant, Section
from casebook.signals import case_changed
from casebook.vocabulary import Outcome, SectionKind
from matching.actions import Wanted, make_proposal, save_need
from matching.models import Need
from network import codes
from network.actions.corrections import acting_as
from network.models import (
    Capability,
    Collaboration,
    Lab,
    LabFacilitator,
    Letter,
    Membership,
    Municipality,
    Organization,
    OrganizationIndustry,
    Rating,
    ServiceArea,
    Tie,
    User,
)
from network.vocabulary import CapacityStatus, Role, Stance, TieKind

ROOT = settings.BASE_DIR
CATALOGUE = ROOT / "config" / "locale" / "en" / "LC_MESSAGES" / "django.po"
FOLDERS = ("casebook", "config", "matching", "network", "search")
KEYWORDS = DEFAULT_KEYWORDS | {"gettext_lazy": None, "gettext_noop": None, "ngettext_lazy": (1, 2)}
JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[-+#0-9.]*[a-zA-Z]|</?\w+>|\{\w*\}")

Texts = tuple[str, ...]
"""A message: its text, or singular and plural."""


def texts(message: str | list[str] | Texts) -> Texts:
    return (message,) if isinstance(message, str) else tuple(message)


def in_file(path: Path) -> Iterator[Texts]:
    """The texts for translation in one file of Python or one template, as `make messages` finds them."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of a template is no Python, but with its indents gone it has Python's tokens.
        source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
    for _line, message, _comments, _context in extract("python", BytesIO(source.encode()), KEYWORDS):
        yield texts(message)


@pytest.fixture(scope="module")
def in_sources() -> dict[Texts, str]:
    """Every text for translation and a file it stands in."""
    files = [
        path for name in FOLDERS for path in sorted((ROOT / name).rglob("*")) if path.suffix in {".py", ".html", ".txt"}
    ]
    return {found: str(path.relative_to(ROOT)) for path in files for found in in_file(path)}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


class TestCatalogue:
    def test_it_holds_the_texts_of_the_sources_and_no_others(self, catalogue, in_sources):
        listed = {texts(message.id) for message in messages(catalogue)}
        missing = {found: path for found, path in in_sources.items() if found not in listed}
        assert missing == {}, "make messages, then write the English"
        assert listed - set(in_sources) == set(), "make messages takes them out"

    def test_everything_is_translated_and_nothing_is_a_guess(self, catalogue):
        assert not catalogue.fuzzy
        assert [message.id for message in messages(catalogue) if message.fuzzy] == []
        empty = [
            message.id for message in messages(catalogue) if not all(text.strip() for text in texts(message.string))
        ]
        assert empty == []

    def test_the_english_is_english(self, catalogue):
        assert [
            text for message in messages(catalogue) for text in texts(message.string) if JAPANESE.search(text)
        ] == []

    def test_placeholders_and_tags_are_the_same(self, catalogue):
        differing = [
            message.id
            for message in messages(catalogue)
            for source, text in zip(texts(message.id), texts(message.string), strict=True)
            if Counter(PLACEHOLDER.findall(source)) != Counter(PLACEHOLDER.findall(text))
        ]
        assert differing == []

    def test_formats_are_sound(self, catalogue):
        assert [(message.id, errors) for message, errors in catalogue.check()] == []


class TestCodeLists:
    @pytest.mark.parametrize("name", codes.LISTS)
    def test_entries_speak_the_readers_language(self, name):
        for entry in codes.LISTS[name].values():
            with translation.override("ja"):
                assert {"name": entry.name_ja} | entry.texts == {
                    column.removesuffix("_ja"): text for column, text in entry.fields.items() if column.endswith("_ja")
                }
            with translation.override("en"):
                assert not any(JAPANESE.search(text) for text in [entry.name, *entry.texts.values()])


@pytest.fixture
def english(settings, tmp_path, catalogue) -> None:
    """The committed catalogue in force, whatever was compiled last."""
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    settings.LOCALE_PATHS = [tmp_path]


@pytest.fixture
def people(db, english) -> dict[str, User]:
    """A network whose names and texts are all in Latin letters: an editor, a facilitator, someone without either."""
    Municipality.objects.update(name=F("code"), district="")
    Lab.objects.update(name=Concat(Value("Lab "), F("pk"), output_field=CharField()))
    lab = Lab.objects.create(name="Hamana Lab", prefecture="22")
    bank, vendor, closed = (
        Organization.objects.create(
            external_id=name,
            name=f"{name} Fictional",
            kind=kind,
            prefecture="22",
            about="About us.",
            remote=name == "vendor",
            capacity_status=status,
            capacity_slots=2,
        )
        for name, kind, status in (
            ("bank", "shinkin_bank", CapacityStatus.OPEN),
            ("vendor", "local_it_vendor", CapacityStatus.LIMITED),
            ("closed", "university", CapacityStatus.CLOSED),
        )
    )
    people = {name: User.objects.create(email=f"{name}@example.jp", name=name.title()) for name in ROLES}
    for organization in (bank, vendor):
        organization.labs.add(lab)
        Membership.objects.create(user=people["editor"], organization=organization, role=Role.EDITOR)
        OrganizationIndustry.objects.bulk_create(
            OrganizationIndustry(organization=organization, industry=code) for code in "EH"
        )
        ServiceArea.objects.bulk_create(
            ServiceArea(organization=organization, prefecture=prefecture) for prefecture in ("22", "23")
        )
    LabFacilitator.objects.create(user=people["facilitator"], lab=lab)
    appointed(people["steward"])
    rate(bank, "pmo", 4, Stance.STRENGTH)
    rate(bank, "system_development", 0, Stance.WEAKNESS)
    rate(vendor, "system_development", 3, Stance.NEUTRAL)
    rate(closed, "inventory", 4, Stance.NEUTRAL)
    Tie.objects.create(first=bank, second=vendor, kind=TieKind.REFERRAL_FEE, note="per lead")
    Collaboration.objects.create(first=bank, second=vendor, engagements=3, last=timezone.localdate())
    told(bank, vendor)
    asked(lab, people["facilitator"])
    return people


ROLES = ("editor", "facilitator", "newcomer", "steward")


def appointed(user: User) -> None:
    """A steward, with the second step without which a steward gets no further than the account page."""
    User.objects.filter(pk=user.pk).update(is_steward=True)
    user.refresh_from_db()
    TOTP.activate(user, generate_totp_secret())


def rate(organization: Organization, code: str, level: int, stance: Stance) -> None:
    capability = Capability.objects.get(code=code)
    confirmed = timezone.now() if level else None
    Rating.objects.create(
        organization=organization,
        capability=capability,
        level=level,
        stance=stance,
        note="Note",
        confirmed_at=confirmed,
    )


def told(bank: Organization, vendor: Organization) -> None:
    """A case of each outcome, with everything a page of it can show; one section stays the owner's own."""
    for outcome in Outcome:
        case = Case.objects.create(
            external_id=outcome, title=f"Stock in order, {outcome}", owner=bank, industry="H", prefecture="22",
            year=2025, stage_before=1, stage_after=3, outcome=outcome, source_title="Source",
            published=timezone.localdate(),
        )  # fmt: skip
        case.capabilities.add(Capability.objects.get(code="inventory"))
        CasePhase.objects.create(case=case, phase="analysis")
        Measure.objects.create(case=case, name="Clerk time", unit="%", before=80, after=5)
        Participant.objects.create(case=case, organization=vendor, role="Development")
        for kind in SectionKind:
            section = Section.objects.create(case=case, kind=kind, text="Orders and stock.")
            if kind != SectionKind.LESSONS:
                Grant.objects.create(section=section, key="public")
        case_changed.send(sender=Case, case=case)


def asked(lab: Lab, by: User) -> None:
    """Three needs: answered twice with a change between, impossible to answer, not yet answered."""
    needs = [
        save_need(
            Need(title=title, lab=lab, prefecture="22", industry="E", employees=50, stage=1, demand="latent",
                 text="Orders by fax.", lead_kinds=lead_kinds),
            requirements=[
                Wanted(Capability.objects.get(code=code), phase, 3, 2.0, True)
                for code, phase in (("pmo", "procurement"), ("system_development", "development"), ("iot", "operation"))
            ],
            must_include=[],
            exclude=[],
            by=by,
        )
        for title, lead_kinds in (("Answered", []), ("Impossible", ["university"]), ("Open", []))
    ]  # fmt: skip
    vendor_rating = Rating.objects.get(organization__external_id="vendor")
    for need in needs[:2]:
        make_proposal(need, by=by)
    Rating.objects.filter(pk=vendor_rating.pk).update(level=4)
    make_proposal(needs[0], by=by)


def address(path: str) -> str:
    """A path with the ids of records in place of their names."""
    records = {
        "bank": lambda: Organization.objects.get(external_id="bank").pk,
        "vendor": lambda: Organization.objects.get(external_id="vendor").pk,
        "case": lambda: Case.objects.get(external_id="success").pk,
        "answered": lambda: Need.objects.get(title="Answered").pk,
        "impossible": lambda: Need.objects.get(title="Impossible").pk,
        "open": lambda: Need.objects.get(title="Open").pk,
    }
    return re.sub(r"<(\w+)>", lambda found: str(records[found[1]]()), path)


def reading_english(user: User | None) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    if user:
        client.force_login(user)
    return client


def japanese_in(page: str) -> list[str]:
    """The lines of a page that hold Japanese, apart from the language switch and the words by which lines are found."""
    switch = '<button class="btn small quiet" name="language" value="ja" lang="ja">日本語</button>'
    shown = re.sub(r' data-words="[^"]*"', "", page.replace(switch, ""))
    return [line for line in shown.splitlines() if JAPANESE.search(line)]


PAGES = [
    (None, "/"),
    (None, "/accounts/login/"),
    (None, "/accounts/password/reset/"),
    (None, "/accounts/signup/"),
    (None, "/cases/?q=orders"),
    (None, "/cases/?q=nothing-like-it&industry=H"),
    (None, "/cases/?industry=unknown&stage=unknown"),
    (None, "/cases/<case>/"),
    ("newcomer", "/"),
    ("newcomer", "/account/"),
    ("newcomer", "/accounts/password/change/"),
    ("newcomer", "/accounts/logout/"),
    ("newcomer", "/needs/"),
    ("editor", "/"),
    ("editor", "/cases/<case>/"),
    ("editor", "/organizations/"),
    ("editor", "/organizations/?q=nobody"),
    ("editor", "/organizations/<bank>/"),
    ("editor", "/organizations/<vendor>/"),
    ("editor", "/organizations/<bank>/ratings/"),
    ("editor", "/organizations/<bank>/ratings/?show=filled"),
    ("editor", "/organizations/<bank>/ratings/?show=stale"),
    ("editor", "/organizations/<bank>/describe/"),
    ("editor", "/organizations/<bank>/capacity/"),
    ("editor", "/organizations/<bank>/area/"),
    ("editor", "/organizations/<bank>/weaknesses/"),
    ("editor", "/organizations/<bank>/offices/"),
    ("editor", "/organizations/<bank>/offices/new/"),
    ("editor", "/organizations/<bank>/experts/"),
    ("editor", "/organizations/<bank>/experts/new/"),
    ("editor", "/organizations/<bank>/reconfirm/"),
    ("editor", "/organizations/<bank>/history/"),
    ("editor", "/organizations/<bank>/history/as-of/"),
    ("editor", "/organizations/<bank>/members/"),
    ("editor", "/organizations/<bank>/ties/"),
    ("editor", "/organizations/<bank>/ties/new/"),
    ("editor", "/organizations/<bank>/partners/"),
    ("editor", "/organizations/<bank>/partners/new/"),
    ("editor", "/organizations/<bank>/corrections/"),
    ("editor", "/organizations/compare/?id=<bank>&id=<vendor>"),
    ("editor", "/organizations/tables/"),
    ("editor", "/partners/?prefecture=22"),
    ("editor", "/notices/"),
    ("editor", "/corrections/"),
    ("facilitator", "/"),
    ("facilitator", "/organizations/<bank>/correct/"),
    ("facilitator", "/needs/"),
    ("facilitator", "/needs/new/"),
    ("facilitator", "/needs/<answered>/"),
    ("facilitator", "/needs/<impossible>/"),
    ("facilitator", "/needs/<open>/"),
    ("facilitator", "/needs/<open>/edit/"),
    ("steward", "/"),
    ("steward", "/organizations/<bank>/"),
    ("steward", "/steward/"),
    ("steward", "/steward/stale/"),
    ("steward", "/steward/incomplete/"),
    ("steward", "/steward/suspicious/"),
    ("steward", "/steward/duplicates/"),
    ("steward", "/steward/merge/<bank>/<vendor>/"),
    ("steward", "/steward/merges/"),
    ("steward", "/steward/applications/"),
    ("steward", "/steward/people/"),
    ("steward", "/steward/letters/"),
    (None, "/apply/"),
    (None, "/join/"),
]
TYPED = {
    "title": "", "prefecture": "22", "text": "They ask for an RFP and want to see KPI figures.", "max_size": "9",
    "req-TOTAL_FORMS": "1", "req-INITIAL_FORMS": "0", "req-0-capability": "pmo", "req-0-phase": "analysis",
    "req-0-level": "9", "req-0-importance": "must",
}  # fmt: skip
"""A need form with mistakes in it."""
ANSWERS = [
    ("facilitator", "/needs/new/", TYPED | {"action": "propose"}, 422),
    ("facilitator", "/needs/new/", {"req-TOTAL_FORMS": "0", "req-INITIAL_FORMS": "0", "action": "save"}, 422),
    ("facilitator", "/needs/new/", TYPED | {"action": "read"}, 200),
    ("facilitator", "/needs/new/", TYPED | {"action": "search", "capability_q": "RFP"}, 200),
    ("facilitator", "/needs/new/", TYPED | {"action": "search", "capability_q": "nothing like it"}, 200),
    ("facilitator", "/needs/new/", TYPED | {"action": "find", "organization_q": "bank"}, 200),
    ("facilitator", "/needs/new/", TYPED | {"action": "find", "organization_q": "nobody"}, 200),
    ("facilitator", "/needs/<open>/propose/", {}, 302),
    ("editor", "/organizations/<bank>/describe/", {"name": "\x00", "corporate_number": "1234567890123"}, 422),
    ("editor", "/organizations/<bank>/capacity/", {"status": "never", "slots": "-1", "until": "soon"}, 422),
    ("editor", "/organizations/<bank>/capacity/", {"status": "open", "slots": "1", "version": "1"}, 302),
    ("editor", "/organizations/<bank>/ratings/iot/", {"level": "3", "stance": "strength", "version": "0"}, 302),
    ("editor", "/organizations/<bank>/ratings/iot/", {"level": "9", "stance": "none", "version": "0"}, 422),
    ("editor", "/organizations/<bank>/ratings/pmo/confirm/", {"version": "1"}, 302),
    ("editor", "/organizations/<bank>/ratings/pmo/withdraw/", {"version": "1"}, 302),
    ("editor", "/organizations/<bank>/ratings/pmo/", {"level": "3", "stance": "strength", "version": "9"}, 409),
    ("editor", "/organizations/<bank>/capacity/", {"status": "open", "slots": "1", "version": "9"}, 409),
    ("editor", "/organizations/<bank>/reconfirm/", {"line": "pmo:9"}, 409),
    ("editor", "/organizations/<bank>/area/", {"municipalities": "1", "version": "0"}, 422),
    ("editor", "/organizations/<bank>/weaknesses/", {"audience": "x"}, 422),
    ("editor", "/organizations/<bank>/offices/new/", {"name": "", "postal_code": "12"}, 422),
    ("editor", "/organizations/<bank>/experts/new/", {"name": ""}, 422),
    ("editor", "/organizations/<bank>/members/invite/", {"email": "x", "role": "boss"}, 422),
    ("editor", "/organizations/<bank>/ties/", {"declared": "maybe"}, 422),
    ("editor", "/organizations/<bank>/ties/new/", {"partner": "0", "kind": "none", "since": "x"}, 422),
    ("editor", "/organizations/<bank>/partners/new/", {"partner": "0"}, 422),
    ("editor", "/organizations/tables/", {}, 422),
    ("facilitator", "/organizations/<bank>/correct/", {"field": "", "reason": ""}, 422),
    ("steward", "/steward/organizations/<bank>/remind/", {}, 302),
    (None, "/apply/", {"kind": "x", "corporate_number": "1", "email": "x"}, 422),
    (None, "/join/", {"code": "nonsense"}, 404),
    ("newcomer", "/account/", {"action": "create"}, 200),
    ("newcomer", "/account/", {"action": "revoke"}, 302),
    ("newcomer", "/accounts/password/change/", {"oldpassword": "x", "password1": "1", "password2": "2"}, 200),
    (None, "/accounts/login/", {"login": "nobody@example.jp", "password": "wrong"}, 200),
]


class TestPages:
    @pytest.mark.parametrize(("name", "path"), PAGES)
    def test_a_page_is_english_throughout(self, people, name, path):
        response = reading_english(people[name] if name else None).get(address(path))
        assert response.status_code == 200
        page = response.content.decode()
        assert '<html lang="en">' in page
        assert japanese_in(page) == []

    @pytest.mark.parametrize(("name", "path", "typed", "status"), ANSWERS)
    def test_what_a_form_answers_is_english_too(self, people, name, path, typed, status):
        client = reading_english(people[name] if name else None)
        response = client.post(address(path), typed)
        assert response.status_code == status
        if status == 302:
            response = client.get(response["Location"])
        assert japanese_in(response.content.decode()) == []

    @pytest.mark.parametrize("path", ["/needs/desk/", "/cases/recent/"])
    def test_parts_that_a_page_fetches_are_english(self, people, path):
        response = reading_english(people["facilitator"]).get(path)
        assert response.status_code == 200
        assert japanese_in(response.content.decode()) == []

    @pytest.mark.parametrize(
        ("name", "path", "status"), [("facilitator", "/organizations/<bank>/ratings/", 403), (None, "/nowhere/", 404)]
    )
    def test_refusals_are_english(self, people, name, path, status):
        response = reading_english(people[name] if name else None).get(address(path))
        assert response.status_code == status
        assert japanese_in(response.content.decode()) == []

    @pytest.mark.parametrize("language", ["ja", "en"])
    def test_the_page_of_a_failure_needs_nothing_but_the_language(self, english, language):
        with translation.override(language):
            page = render_to_string("500.html")
        assert f'<html lang="{language}">' in page
        assert bool(japanese_in(page)) == (language == "ja")

    def test_the_browsers_language_is_enough(self, people):
        response = Client(headers={"accept-language": "en-GB,en;q=0.9"}).get("/")
        assert japanese_in(response.content.decode()) == []

    def test_the_switch_in_the_footer_changes_the_language_and_back(self, people):
        client = Client()
        for language in ("en", "ja"):
            page = client.post("/i18n/setlang/", {"language": language, "next": "/"}, follow=True).content.decode()
            assert f'<html lang="{language}">' in page

    def test_dates_follow_the_language(self, people):
        Case.objects.update(published="2026-11-22")
        path = address("/cases/<case>/")
        assert "Nov. 22, 2026" in reading_english(None).get(path).content.decode()
        assert "2026年11月22日" in Client().get(path).content.decode()


class TestWhatOthersRead:
    """What one person has written down for another is in the network's language, whichever the screen was in."""

    def test_an_invitation(self, people):
        path = address("/organizations/<bank>/members/invite/")
        answer = reading_english(people["editor"]).post(path, {"email": "new@example.jp", "role": Role.MEMBER})
        assert answer.status_code == 302
        letter = Letter.objects.get(to="new@example.jp")
        assert JAPANESE.search(letter.subject)
        assert "メンバーとして招待されました" in letter.body

    def test_in_whose_name_a_correction_is_proposed(self, people):
        with translation.override("en"):
            assert acting_as(people["steward"]) == "運営"
