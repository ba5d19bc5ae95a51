"""A small world with a named cast; every text that must not travel holds a word that can be looked for.

The words are Latin letters only, so that neither HTML nor JSON nor a URL changes them, and none is part of another.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casebook.models import (
    AccessRequest,
    Answer,
    Attachment,
    Bookmark,
    Case,
    CaseEvent,
    Consent,
    Delegation,
    Draft,
    Grant,
    Insight,
    LogEntry,
    Measure,
    Participant,
    Question,
    Reuse,
    Section,
    Version,
)
from casebook.readlog import Excerpt, record
from casebook.readlog.chain import append
from casebook.signals import case_changed
from casebook.vocabulary import LogAction
from casebook.writing.texts import draft_text
from matching.actions import Wanted, assess, make_proposal, name_cofacilitator, save_need, write_client
from matching.models import Need, Proposal, Room, Run, Variant
from matching.rooms import actions as rooms
from network import actions
from network.access import Reader
from network.actions import digest_of
from network.history import record as history
from network.models import (
    Application,
    Capability,
    Collaboration,
    Correction,
    Evidence,
    Expert,
    Invitation,
    Lab,
    LabFacilitator,
    Letter,
    Membership,
    Merge,
    NotDuplicate,
    Notice,
    Office,
    Organization,
    Partnership,
    Rating,
    Team,
    TeamMember,
    Tie,
    User,
)
from network.vocabulary import Deed, NoticeKind, Role, Stance
from search.dictionary import Synonym
from search.models import Outbox
from search.records import Inquiry, InquiryReply, PastSearch, SavedMatch, SavedSearch, ZeroResult
from tests.bench_cast import plant_workbench
from tests.shared_world import Shared
from tests.teaming_cast import plant_teams

READERS = (
    "anonymous", "stranger", "partner", "outsider", "colleague", "editor",
    "facilitator", "other_facilitator", "steward", "former", "dormant", "inactive", "teammate", "delegate",
)  # fmt: skip
AUDIENCES = (
    "draft", "network", "public", "lab", "org", "user", "expired", "lastday",
    "team", "embargo", "opensnow", "archived", "takendown", "withdrawn", "lapsed", "written",
)  # fmt: skip
LIKE_PUBLIC = ("embargo", "opensnow", "archived", "withdrawn", "lapsed")
"""Cases whose sections accept everybody, and that the state of the case closes (or, `opensnow`, no longer does)."""
UNIFORM_KINDS = ("summary", "result", "lessons", "team", "identity")
MIXED = {
    "summary": "public",
    "background": "draft",
    "action": "expired",
    "result": "lab",
    "lessons": "network",
    "team": "org",
    "identity": "user",
    "attachment": "lastday",
}
"""The audience of each section of the case `mixed`."""


def word(*parts: str) -> str:
    """The word that stands in one place of the world."""
    return f"zq{''.join(part.replace('_', '') for part in parts)}qz"


def words_of_case(case: str, audiences: dict[str, str]) -> dict[str, str]:
    """The words of one case and the audience of each: a figure goes with the section 成果, a role with 支援体制,
    the source with 実名・連絡先, the title with any section."""
    words = {word(case, kind): audience for kind, audience in audiences.items()}
    words[word(case, "measure")] = audiences["result"]
    words[word(case, "role")] = audiences["team"]
    words[word(case, "source")] = audiences["identity"]
    return words | {word(case, "title"): "public" if case == "mixed" else case}


CASES = {name: dict.fromkeys(UNIFORM_KINDS, name) for name in AUDIENCES} | {"mixed": MIXED}
CASE_WORDS = {w: audience for name, kinds in CASES.items() for w, audience in words_of_case(name, kinds).items()}
REGISTRY_WORDS = {
    word("owner", "about"): "registry",
    word("owner", "strength"): "registry",
    word("elsewhere", "name"): "registry",
    word("tie"): "registry",
    word("quiettie"): "owner_tie",
    word("proposal"): "owner_deal",
    word("closed", "name"): "closed",
    word("closed", "about"): "closed",
    word("twin"): "closed",
    word("merging"): "closed",
    word("closed", "tie"): "closed",
    word("owner", "office"): "registry",
    word("closed", "office"): "closed",
    word("owner", "expert"): "owner_inside",
    word("owner", "agreed"): "registry",
    word("closed", "agreed"): "closed",
    word("owner", "weakness"): "owner_weakness",
    word("owner", "proof"): "owner_weakness",
    word("elsewhere", "weakness"): "elsewhere_weakness",
}
JOINING_WORDS = {
    word("invited"): "owner_inside",
    word("applicant"): "desk",
    word("applied"): "desk",
    word("letter"): "desk",
}
NEED_WORDS = {
    word("need", "title"): "need",
    word("need", "text"): "need",
    word("variantnote"): "need",
    word("othertitle"): "other_need",
    word("othertext"): "other_need",
    word("otherclient"): "other_need",
    word("sharedtitle"): "shared_need",
    word("sharedtext"): "shared_need",
    word("sharedclient"): "shared_need",
    word("sharedcontact"): "shared_need",
    word("assessed"): "shared_need",
}
"""With who the clients are, in their sealed records: of a need of the other lab, and of one to which the facilitator
was named."""
MAIL_WORDS = {word("mail", name): f"mail_{name}" for name in READERS if name != "anonymous"}
TOLD_WORDS = {
    word("before"): "owner_history",
    word("pastweakness"): "owner_past",
    word("pastperson"): "owner_past",
    word("correction"): "correction",
    word("notice"): "editors_notice",
}
FILED = ("draft", "network", "public", "lab", "team", "takendown", "withdrawn", "written")
"""Cases with a published file in their section 学び・失敗, for whoever the case is for."""
FILE_WORDS = {word(name, part): name for name in FILED for part in ("filename", "filetext")} | {
    word("unpublished", "filename"): "draft",
    word("unpublished", "filetext"): "draft",
}
"""A file of the draft of the case `public` is for its owner alone, like a draft."""
LIFE_WORDS = {
    word("insightsection"): "life_lab",
    word("insightlab"): "life_lab",
    word("insightowner"): "life_owner",
    word("insightnetwork"): "registry",
    word("insightremoved"): "life_removed",
    word("question"): "life_question",
    word("answer"): "life_question",
    word("waiting"): "life_question",
    word("opened"): "life_opened",
    word("openanswer"): "life_opened",
    word("asker"): "life_question",
    word("answerer"): "life_inside",
    word("reuse"): "life_reuse",
}
"""What readers left behind: notes, questions and answers, and uses of a case."""
LEDGER_WORDS = {
    word("consentperson"): "ledger",
    word("consentcontact"): "ledger",
    word("consentnote"): "ledger",
    word("withdrawal"): "ledger",
    word("oldversion"): "ledger",
    word("deed"): "ledger",
    word("askedname"): "ledger",
    word("askedmessage"): "ledger",
    word("askedtitle"): "ledger_asked",
    word("askedtext"): "ledger_asked",
}
"""The ledger of the case `withdrawn`, an earlier text and a deed of the case `public`, and a draft of the case
`embargo` on which the outsider's organization was asked, without the client's name."""
ASKING_WORDS = {
    word("wantspurpose"): "request_waiting",
    word("gotpurpose"): "request_granted",
    word("gotanswer"): "request_granted",
    word("refusedpurpose"): "request_declined",
    word("refusedanswer"): "request_declined",
    word("hiddenpurpose"): "draft",
    word("takendownbecause"): "takendown",
}
"""What readers asked of the owner and were answered, and why a steward closed a case."""
FORM_WORDS = {word("form", name): "written" for name in ("heading", "text", "role", "figure")}
"""The draft of the case `written`, which the delegate was asked to write."""
LOG_WORDS = {word("exportpurpose"): "owner_inside", word("logreader"): "owner_inside", word("logplace"): "owner_inside"}
"""Who took the case `public` out, and what for."""
SEARCH_WORDS = {
    word("savedname"): "search_own",
    word("savedquery"): "search_own",
    word("pastquery"): "search_own",
    word("inquiry"): "search_inquiry",
    word("inquiryreply"): "search_inquiry",
    word("zeroquery"): "desk",
    word("synonym"): "desk",
}
"""What the partner keeps, asked lately and asked of the lab, and what somebody looked for in vain."""
TEAM_WORDS = {
    word("seattitle"): "team_told",
    word("seatbrief"): "team_brief",
    word("seatquestion"): "team_question",
    word("seatmessage"): "team_message",
    word("seatreason"): "team_desk",
    word("tiesnote"): "team_desk",
    word("worktitle"): "team_work",
    word("worktask"): "team_work",
    word("workdecision"): "team_work",
    word("workfigure"): "team_work",
    word("worklook"): "team_work",
}
"""Of a team that is being formed for `need` and of one at work for `other_need`."""
ROOM_WORDS = {
    word("roommessage"): "room",
    word("roombefore"): "room",
    word("roomdeleted"): "nobody",
    word("roomnote"): "room",
    word("roomfilename"): "room",
    word("roomfiletext"): "room",
}
"""What stands in the room of the team of owner and helper; what was deleted stands nowhere."""
WORDS = (
    ROOM_WORDS
    | SEARCH_WORDS
    | TEAM_WORDS
    | LOG_WORDS
    | FORM_WORDS
    | ASKING_WORDS
    | LEDGER_WORDS
    | LIFE_WORDS
    | FILE_WORDS
    | CASE_WORDS
    | REGISTRY_WORDS
    | JOINING_WORDS
    | NEED_WORDS
    | MAIL_WORDS
    | TOLD_WORDS
)
"""Every planted word and the audience it is for."""
SECRET_OF_INVITATION = "the-secret-in-the-mail"


@dataclass
class World:
    """Everybody and everything, by name."""

    people: dict[str, Reader] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    labs: dict[str, Lab] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    files: dict[str, Attachment] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    """Keys of runs of the matcher."""
    assessment: int = 0
    """Id of what was assessed for the need `shared_need`."""
    ties: dict[str, Tie] = field(default_factory=dict)
    partnerships: dict[str, Partnership] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    experts: dict[str, Expert] = field(default_factory=dict)
    invitation: Invitation | None = None
    application: Application | None = None
    letter: Letter | None = None
    corrections: dict[str, Correction] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    insights: dict[str, Insight] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    reuses: dict[str, Reuse] = field(default_factory=dict)
    requests: dict[str, AccessRequest] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    team: Team | None = None
    merge: Merge | None = None
    not_duplicate: NotDuplicate | None = None
    teaming: dict[str, int] = field(default_factory=dict)
    """Ids of what teams left: see `tests.teaming_cast`."""
    variants: dict[str, Variant] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    room: dict[str, int] = field(default_factory=dict)
    """Numbers of messages in the room, and the id of its file."""
    searching: dict[str, int] = field(default_factory=dict)
    """Ids of what searching left behind."""

    def section(self, case: str, kind: str) -> Section:
        return self.cases[case].sections.get(kind=kind)


@pytest.fixture
def world(db: None, shared_world: Shared) -> World:
    """The cast, as every test finds it: built for this one where it does not stand already."""
    return shared_world.given() if shared_world.world is not None else build_world()


def build_world() -> World:
    """The whole cast; the search index knows every case."""
    world = World()
    world.labs = {"shizuoka": Lab.objects.get(name="静岡県"), "osaka": Lab.objects.get(name="大阪市")}
    _organizations(world)
    _people(world)
    _ratings_and_ties(world)
    _offices_and_experts(world)
    _joining(world)
    _told(world)
    _merged(world)
    for name, audiences in CASES.items():
        world.cases[name] = make_case(world, name, audiences)
    _files(world)
    _life(world)
    _asking(world)
    _ledger(world)
    _written(world)
    _log(world)
    _needs(world)
    world.teaming = plant_teams(world, word)
    world.variants = plant_workbench(world, word)
    _searching(world)
    _room(world)
    return world


def _room(world: World) -> None:
    """The team's room, led by the lab: a message with a file, what it said before, an answer that was taken away, and
    a note."""
    teammate, editor, facilitator = (world.people[name] for name in ("teammate", "editor", "facilitator"))
    assert isinstance(teammate, User)
    assert isinstance(editor, User)
    assert isinstance(facilitator, User)
    assert world.team is not None
    room = rooms.open_room(world.team, labs=[world.labs["shizuoka"]], by=facilitator)
    name = f"{word('roomfilename')}.txt"
    file = SimpleUploadedFile(name, word("roomfiletext").encode())
    said = rooms.post(room, text=word("roombefore"), uploads=[file], by=editor)
    rooms.edit(said, text=f"{word('roommessage')} @teammate", version=0, by=editor)
    gone = rooms.post(room, text=word("roomdeleted"), reply_to=said.seq, by=teammate)
    rooms.delete(gone, by=teammate)
    rooms.note(room, "said", by=facilitator, text=word("roomnote"))
    world.rooms = {"room": room}
    world.room = {"message": said.seq, "gone": gone.seq, "file": said.files.get().pk}
    Letter.objects.filter(subject__contains="連携ルーム").delete()
    Notice.objects.filter(kind="room").delete()


def _searching(world: World) -> None:
    """The partner keeps a search whose new answers are the case `network`, which it may read, and `user`, which it may
    not; asked something; and asked the lab, which answered."""
    partner, lab = world.people["partner"], world.labs["shizuoka"]
    kept = SavedSearch.objects.create(
        user=partner, name=word("savedname"), query="入出荷", fingerprint="kept", looked_at=timezone.now()
    )
    SavedSearch.objects.create(user=partner, name="倉庫", query=word("savedquery"), fingerprint="words")
    for case in ("network", "user"):
        SavedMatch.objects.create(saved=kept, case=world.cases[case])
    past = PastSearch.objects.create(user=partner, query=word("pastquery"), fingerprint="past", total=0)
    today = timezone.localdate()
    zero = ZeroResult.objects.create(query=word("zeroquery"), fingerprint="zero", first_on=today, last_on=today)
    asked = Inquiry.objects.create(by=partner, on_behalf_of="架空 天竜システム", text=word("inquiry"))
    closed = Inquiry.objects.create(by=partner, text="棚卸の事例はありますか", closed_at=timezone.now())
    for inquiry in (asked, closed):
        inquiry.labs.add(lab)
    InquiryReply.objects.create(inquiry=asked, by=world.people["facilitator"], lab=lab, text=word("inquiryreply"))
    row = Synonym.objects.create(name=word("synonym"), means="在庫", plain=word("synonym"))
    # Titles of cases that are closed to the steward must not travel with what became of their documents.
    given_up = {"problem": "invalid_document: ?", "dead_at": timezone.now(), "refused": 5}
    rows = {
        "refused": Outbox.objects.create(case_id=world.cases["draft"].pk, not_before=timezone.now(), **given_up),
        "waiting": Outbox.objects.create(case_id=world.cases["org"].pk, not_before=timezone.now()),
    }
    Outbox.objects.create(case_id=world.cases["public"].pk, not_before=timezone.now(), **given_up)
    world.searching = {
        **{name: one.pk for name, one in rows.items()},
        "synonym": row.pk,
        "kept": kept.pk,
        "past": past.pk,
        "zero": zero.pk,
        "inquiry": asked.pk,
        "closed": closed.pk,
    }


def _ledger(world: World) -> None:
    """Words in the ledger, in an earlier version, in the history; and a draft that waits for a second reader and for
    the word of the outsider's organization."""
    said = {"person": word("consentperson"), "contact": word("consentcontact"), "note": word("consentnote")}
    Consent.objects.filter(case=world.cases["withdrawn"]).update(**said, withdrawn_reason=word("withdrawal"))
    world.consents["withdrawn"] = Consent.objects.get(case=world.cases["withdrawn"])
    world.consents["opensnow"] = Consent.objects.get(case=world.cases["opensnow"])
    content = {"title": "前の題名", "sections": {"summary": word("oldversion")}}
    Version.objects.create(case=world.cases["public"], number=1, content=content, digest="0" * 64)
    CaseEvent.objects.create(case=world.cases["public"], deed="returned", by_name="編集者", detail=word("deed"))
    case, outsiders = world.cases["embargo"], world.organizations["elsewhere"]
    content = {
        "title": word("askedtitle"),
        "basis": "client",
        "participants": [{"organization": outsiders.pk}],
        "sections": {"summary": word("askedtext"), "identity": word("askedname")},
        "audience": {"summary": {"keys": ["network"]}, "identity": {"keys": []}},
    }
    Draft.objects.create(case=case, content=content, state="submitted", message=word("askedmessage"))
    text = draft_text(case)
    assert text is not None
    world.consents["asked"] = Consent.objects.create(case=case, organization=outsiders, digest=text.digest)


def _log(world: World) -> None:
    """The partner's member took the case `public` out, and so did somebody who is known by name alone."""
    case = world.cases["public"]
    whole = Excerpt(case, list(case.sections.all()))
    record([whole], LogAction.EXPORT, world.people["partner"], why=word("exportpurpose"))
    named = {"reader_name": word("logreader"), "reader_of": word("logplace"), "action": LogAction.EXPORT}
    append([LogEntry(chain=case.owner_id, case=case.pk, case_reference=case.external_id, **named)])


def _written(world: World) -> None:
    """The draft that the delegate writes; its text is planned for the network, and stands nowhere else yet."""
    content = {
        "title": word("form", "heading"),
        "basis": "client",
        "participants": [{"organization": world.organizations["partner"].pk, "role": word("form", "role")}],
        "measures": [{"name": word("form", "figure"), "before": 8, "after": 5}],
        "sections": {"summary": word("form", "text"), "team": "役割を分けた。"},
        "audience": {"summary": {"keys": ["network"]}, "team": {"keys": ["network"]}},
    }
    Draft.objects.create(case=world.cases["written"], content=content)


def make_organization(external_id: str, **values: object) -> Organization:
    defaults: dict[str, object] = {"name": external_id, "kind": "shinkin_bank", "prefecture": "22"}
    defaults["external_id"] = external_id
    return Organization.objects.create(**(defaults | values))


def make_person(name: str, **values: object) -> User:
    return User.objects.create(email=f"{word('mail', name)}@example.jp", name=name, **values)


def make_rating(
    organization: Organization, code: str, level: int, stance: str = Stance.NEUTRAL, note: str = ""
) -> None:
    capability = Capability.objects.get(code=code)
    Rating.objects.create(organization=organization, capability=capability, level=level, stance=stance, note=note)


def make_case(world: World, name: str, audiences: dict[str, str]) -> Case:
    """A case of the owner, each of its sections open to the named audience."""
    case = Case.objects.create(
        external_id=f"case-{name}",
        title=f"倉庫の在庫管理 {word(name, 'title')}",
        owner=world.organizations["owner"],
        industry="H",
        prefecture="22",
        year=2025,
        source_title=f"現場の記録 {word(name, 'source')}",
        source_url=f"https://example.jp/{word(name, 'source')}",
        published=date(2025, 11, 1),
    )
    case.capabilities.add(Capability.objects.get(code="inventory"))
    for kind, audience in audiences.items():
        section = Section.objects.create(case=case, kind=kind, text=f"入出荷を見直した。{word(name, kind)}")
        grant(section, world, audience)
    _stand(world, case, name)
    Measure.objects.create(case=case, name=f"作業時間 {word(name, 'measure')}", unit="分", before=80, after=5)
    Participant.objects.create(case=case, organization=world.organizations["partner"], role=word(name, "role"))
    case_changed.send(sender=Case, case=case)
    return case


def grant(section: Section, world: World, audience: str) -> None:
    """The grant that makes the audience; a draft has none."""
    today = timezone.localdate()
    found: dict[str, tuple[str, date | None]] = {
        "network": ("network", None),
        "public": ("public", None),
        "lab": (f"lab:{world.labs['shizuoka'].pk}", None),
        "org": (f"org:{world.organizations['partner'].pk}", None),
        "user": (f"user:{world.people['stranger'].pk}", None),
        "expired": ("public", today - timedelta(days=1)),
        "lastday": ("network", today),
        "team": (f"team:{world.team.pk}" if world.team else "", None),
        **dict.fromkeys(LIKE_PUBLIC, ("public", None)),
        "takendown": ("network", None),
    }
    if audience in found:
        key, until = found[audience]
        Grant.objects.create(section=section, key=key, until=until)


def _stand(world: World, case: Case, name: str) -> None:
    """Bring the case into the state that its name says; its sections accept `public` (or `network`) all the while."""
    today, now = timezone.localdate(), timezone.now()
    states = {"archived": "archived", "takendown": "taken_down"}
    days = {"embargo": today + timedelta(days=1), "opensnow": today}
    Case.objects.filter(pk=case.pk).update(state=states.get(name, "published"), opens_on=days.get(name))
    case.refresh_from_db()
    agreed = {"person": "架空 花子", "means": "written", "scope": "public", "state": "given", "binding": True}
    agreed["digest"] = "0" * 64
    if name == "withdrawn":
        Consent.objects.create(case=case, withdrawn_at=now, **agreed)
    if name == "lapsed":
        Consent.objects.create(case=case, until=today - timedelta(days=1), **agreed)
        Consent.objects.create(case=case, organization=world.organizations["partner"], until=today, **agreed)
    if name == "opensnow":
        Consent.objects.create(case=case, until=today, **agreed)
    if name == "written":
        Delegation.objects.create(case=case, user=world.people["delegate"], until=today)


def _files(world: World) -> None:
    """The files of the cases in FILED, and one that only the draft of `public` has."""
    for name in FILED:
        world.files[name] = make_file(world.cases[name], name, live=True)
    world.files["unpublished"] = make_file(world.cases["public"], "unpublished", live=False)


def make_file(case: Case, name: str, *, live: bool) -> Attachment:
    """A text whose name and content hold words of their own."""
    content = f"棚卸しの手順 {word(name, 'filetext')}".encode()
    made = Attachment(case=case, section="lessons", name=f"{word(name, 'filename')}.txt", live=live)
    made.content_type, made.size, made.sha256 = "text/plain; charset=utf-8", len(content), sha256(content).hexdigest()
    made.file.save(made.name, ContentFile(content))
    return made


def _life(world: World) -> None:
    """Notes, questions and uses, mostly the outsider's and the partner's; bookmarks of cases that were closed since.

    The outsider asked about the case `network` (one question waits, one was answered by the owner) and about the
    lessons of `mixed`: that was answered by the partner, who took part, and opened by the owner.
    """
    outsider, partner, colleague = (world.people[name] for name in ("outsider", "partner", "colleague"))
    mixed, case = world.cases["mixed"], world.cases["network"]
    lab, owner = f"lab:{world.labs['shizuoka'].pk}", f"org:{world.organizations['owner'].pk}"
    for name, by, key, about in (
        ("section", partner, "network", {"case": mixed, "section": "result"}),
        ("lab", partner, lab, {}),
        ("owner", colleague, owner, {"case": case}),
        ("network", outsider, "network", {}),
        ("removed", outsider, "network", {"removed_at": timezone.now()}),
    ):
        text = f"棚の見直しが先だった。{word(f'insight{name}')}"
        world.insights[name] = Insight.objects.create(by=by, key=key, text=text, **about)
    for name, about, state, planted in (
        ("waiting", {"case": case}, "asked", "waiting"),
        ("answered", {"case": case}, "answered", "question"),
        ("opened", {"case": mixed, "section": "lessons"}, "open_to_all", "opened"),
    ):
        asked = {"by": outsider, "on_behalf_of": word("asker") if name == "opened" else "", "state": state}
        world.questions[name] = Question.objects.create(text=f"期間は。{word(planted)}", **asked, **about)
    Answer.objects.create(
        question=world.questions["answered"], by=colleague, on_behalf_of="架空 浜名信用金庫", text=word("answer")
    )
    Answer.objects.create(
        question=world.questions["opened"],
        by=partner,
        on_behalf_of=word("answerer"),
        by_owner=False,
        text=word("openanswer"),
    )
    world.reuses["used"] = Reuse.objects.create(
        case=case, organization=world.organizations["elsewhere"], by=outsider, text=f"提案の資料に。{word('reuse')}"
    )
    for name, marked in (("stranger", ("public", "expired")), ("partner", ("network", "withdrawn", "archived"))):
        for bookmarked in marked:
            Bookmark.objects.create(user=world.people[name], case=world.cases[bookmarked])


def _asking(world: World) -> None:
    """Requests to read more of `mixed`, one of them granted without any grant standing; one of the case `expired`,
    which the stranger read until yesterday; why `takendown` was taken down."""
    mixed, expired, today = world.cases["mixed"], world.cases["expired"], timezone.localdate()
    answered = {"answered_at": timezone.now(), "answered_by": world.people["editor"]}
    granted = {**answered, "state": "granted", "answer": word("gotanswer"), "kinds": ["background"], "until": today}
    declined = {**answered, "state": "declined", "answer": word("refusedanswer")}
    for name, by, case, purpose, values in (
        ("waiting", "outsider", mixed, "wantspurpose", {}),
        ("granted", "partner", mixed, "gotpurpose", granted),
        ("declined", "stranger", mixed, "refusedpurpose", declined),
        ("hidden", "stranger", expired, "hiddenpurpose", {}),
    ):
        asked = {"case": case, "by": world.people[by], "purpose": word(purpose)}
        world.requests[name] = AccessRequest.objects.create(**asked, **values)
    because = f"会社名が残っています。{word('takendownbecause')}"
    Case.objects.filter(pk=world.cases["takendown"].pk).update(taken_down_because=because)


def _organizations(world: World) -> None:
    made = {
        "owner": make_organization("owner", name="架空 浜名信用金庫", about=word("owner", "about")),
        "partner": make_organization("partner", name="架空 天竜システム", kind="local_it_vendor"),
        "elsewhere": make_organization(
            "elsewhere", name=f"架空 {word('elsewhere', 'name')}", prefecture="27", remote=True
        ),
        "helper": make_organization("helper", name="架空 遠州コンサル", kind="local_consultant"),
        "closed": make_organization(
            "closed", name=f"架空 {word('closed', 'name')}", about=word("closed", "about"), is_active=False
        ),
    }
    made["owner"].labs.add(world.labs["shizuoka"])
    made["partner"].labs.add(world.labs["shizuoka"])
    made["elsewhere"].labs.add(world.labs["osaka"])
    made["closed"].labs.add(world.labs["shizuoka"])
    world.organizations = made


def _people(world: World) -> None:
    organizations = world.organizations
    people = {name: make_person(name, is_steward=name == "steward") for name in READERS if name != "anonymous"}
    for name, organization, role in (
        ("partner", "partner", Role.MEMBER),
        ("outsider", "elsewhere", Role.EDITOR),
        ("colleague", "owner", Role.MEMBER),
        ("editor", "owner", Role.EDITOR),
        ("teammate", "helper", Role.MEMBER),
        ("dormant", "closed", Role.EDITOR),
        ("former", "owner", Role.EDITOR),
        ("inactive", "owner", Role.EDITOR),
    ):
        Membership.objects.create(user=people[name], organization=organizations[organization], role=role)
    Membership.objects.filter(user=people["former"]).delete()
    LabFacilitator.objects.create(user=people["facilitator"], lab=world.labs["shizuoka"])
    LabFacilitator.objects.create(user=people["other_facilitator"], lab=world.labs["osaka"])
    world.team = Team.objects.create(name="在庫管理の支援")
    for organization in ("owner", "helper"):
        TeamMember.objects.create(team=world.team, organization=organizations[organization])
    people["inactive"].is_active = False
    people["inactive"].save()
    TOTP.activate(people["steward"], generate_totp_secret())  # without a second factor a steward sees the set-up only
    world.people = {"anonymous": AnonymousUser(), **people}


def _ratings_and_ties(world: World) -> None:
    owner, partner, elsewhere, closed = (
        world.organizations[name] for name in ("owner", "partner", "elsewhere", "closed")
    )
    make_rating(owner, "pmo", 4, Stance.STRENGTH, word("owner", "strength"))
    make_rating(owner, "system_development", 0, Stance.WEAKNESS, word("owner", "weakness"))
    Rating.objects.filter(organization=owner, stance=Stance.WEAKNESS).update(evidence=word("owner", "proof"))
    make_rating(partner, "system_development", 4)
    make_rating(elsewhere, "inventory", 4)
    make_rating(elsewhere, "pmo", 0, Stance.WEAKNESS, word("elsewhere", "weakness"))
    Tie.objects.create(first=owner, second=partner, kind="capital", note=word("tie"))
    Tie.objects.create(first=owner, second=closed, kind="capital", note=word("closed", "tie"))
    world.ties["capital"] = Tie.objects.get(note=word("tie"))
    world.ties["quiet"] = Tie.objects.create(
        first=owner, second=partner, kind="group", note=word("quiettie"), visibility="labs", declared_by=partner
    )
    world.ties["closed"] = Tie.objects.get(note=word("closed", "tie"))
    world.partnerships["proposed"] = Partnership.objects.create(
        first=owner, second=partner, proposed_by=partner, proposed_at=timezone.now(), note=word("proposal")
    )
    Collaboration.objects.create(first=owner, second=partner, engagements=3)
    Collaboration.objects.create(first=owner, second=closed, engagements=2)
    managing = Capability.objects.get(code="pmo")
    Evidence.objects.create(
        organization=owner, capability=managing, kind="partner", partner=closed, level=4, on=timezone.localdate()
    )


def _merged(world: World) -> None:
    """A record that went into the owner's, and a pair that a steward found to be two."""
    owner, partner = world.organizations["owner"], world.organizations["partner"]
    twin = make_organization("twin", name=f"架空 {word('twin')}", is_active=False, merged_into=owner)
    world.merge = Merge.objects.create(
        kept=owner, dropped=twin, by=world.people["steward"], reason=f"二重の登録 {word('merging')}"
    )
    world.not_duplicate = NotDuplicate.objects.create(first=owner, second=partner, by=world.people["steward"])


def _joining(world: World) -> None:
    """Somebody invited by the owner's editor, an application, and a mail that does not get through."""
    now = timezone.now()
    world.invitation = Invitation.objects.create(
        organization=world.organizations["owner"],
        email=f"{word('invited')}@example.jp",
        digest=digest_of(SECRET_OF_INVITATION),
        invited_by=world.people["editor"],
        expires_at=now + timedelta(days=3),
    )
    world.application = Application.objects.create(
        name=f"架空 {word('applied')}",
        kind="shinkin_bank",
        prefecture="22",
        has_ties=False,
        applicant_name="架空 太郎",
        applicant_email=f"{word('applicant')}@example.jp",
    )
    world.letter = Letter.objects.create(
        to=f"{word('letter')}@example.jp", subject="招待", body="本文", due_at=now, attempts=2, problem="Timeout"
    )


def _told(world: World) -> None:
    """A past of the owner's record, a correction that the partner's member proposed to it, a notice to its editor."""
    owner, editor, partner = world.organizations["owner"], world.people["editor"], world.people["partner"]
    assert isinstance(editor, User)
    assert isinstance(partner, User)
    weakness = {"level": 0, "stance": "weakness", "note": word("pastweakness"), "evidence": "", "confirmed_at": None}
    person = {"name": word("pastperson"), "kana": "", "title": "", "about": "", "credentials": [], "agreed_on": None}
    history.note(owner, {"about": (word("before"), owner.about)}, deed=Deed.DESCRIBED, by=editor)
    history.note(owner, {"rating.rfp": (weakness, None), "expert.0": (person, None)}, deed=Deed.MERGED, by=editor)
    world.corrections["asked"] = actions.propose_correction(
        owner, field="about", proposed=f"地域の信用金庫 {word('correction')}", reason=word("correction"), by=partner
    )
    world.notices["editors"] = Notice.objects.create(
        user=editor, kind=NoticeKind.VOUCHED, organization=owner, facts={"by": word("notice")}, key="planted"
    )


def _offices_and_experts(world: World) -> None:
    """An office each of an active and an inactive organization; of the experts one did not agree to be shown, and has
    an account to do so."""
    owner, closed = world.organizations["owner"], world.organizations["closed"]
    today = timezone.localdate()
    for name, organization in (("owner", owner), ("closed", closed)):
        office = Office.objects.create(organization=organization, name=word(name, "office"), prefecture="22")
        agreed = Expert.objects.create(
            organization=organization, name=word(name, "agreed"), agreed_on=today, agreement_note="書面で確認"
        )
        world.offices[name], world.experts[f"{name}_agreed"] = office, agreed
    world.experts["owner_silent"] = Expert.objects.create(
        organization=owner, name=word("owner", "expert"), user=world.people["colleague"]
    )


def _needs(world: World) -> None:
    """A need of each lab; the first has two answers, between which a hidden weakness was declared."""
    weakness = Rating.objects.get(organization=world.organizations["elsewhere"], stance=Stance.WEAKNESS)
    world.needs["need"] = make_need(world, "facilitator", "shizuoka", "needtitle", "needtext")
    world.needs["other_need"] = make_need(world, "other_facilitator", "osaka", "othertitle", "othertext")
    Rating.objects.filter(pk=weakness.pk).update(stance=Stance.NEUTRAL, level=1)
    world.proposals["earlier"] = propose(world, "need", "facilitator")
    Rating.objects.filter(pk=weakness.pk).update(stance=Stance.WEAKNESS, level=0)
    world.proposals["latest"] = propose(world, "need", "facilitator")
    world.proposals["other"] = propose(world, "other_need", "other_facilitator")
    running = Run.objects.create(need=world.needs["need"], key=UUID(int=0x0600, version=4))
    world.runs["running"] = str(running.key)
    _shared(world)


def _shared(world: World) -> None:
    """A need of the other lab to which the facilitator was named, whose client is known and was assessed; and the
    client of the lab's other need."""
    theirs, ours = world.people["other_facilitator"], world.people["facilitator"]
    assert isinstance(theirs, User)
    assert isinstance(ours, User)
    need = world.needs["shared_need"] = make_need(world, "other_facilitator", "osaka", "sharedtitle", "sharedtext")
    name_cofacilitator(need, user=ours, by=theirs)
    known = {"name": word("sharedclient"), "contact": word("sharedcontact")}
    write_client(need, values=known, expected=0, by=theirs)
    write_client(world.needs["other_need"], values={"name": word("otherclient")}, expected=0, by=theirs)
    levels = {"1": 1, "2": 0}
    day = timezone.localdate() - timedelta(days=3)
    world.assessment = assess(need, edition="2026", on=day, levels=levels, note=word("assessed"), by=theirs).pk
    Letter.objects.filter(subject__contains="共同担当").delete()
    Notice.objects.filter(kind="need").delete()


def make_need(world: World, person: str, lab: str, title: str, text: str) -> Need:
    by = world.people[person]
    assert isinstance(by, User)
    wanted = [
        Wanted(Capability.objects.get(code=code), phase, 3, 2.0, must)
        for code, phase, must in (
            ("pmo", "procurement", True),
            ("system_development", "development", True),
            ("inventory", "analysis", True),
        )
    ]
    need = Need(
        title=f"金属加工業の在庫 {word(title)}", lab=world.labs[lab], prefecture="22", industry="E", text=word(text)
    )
    return save_need(need, requirements=wanted, must_include=[], exclude=[], by=by)


def propose(world: World, need: str, person: str) -> Proposal:
    by = world.people[person]
    assert isinstance(by, User)
    return make_proposal(world.needs[need], by=by)
