"""Every surface, asked as one reader and compared with the oracle; a difference is an AssertionError naming both."""

import json
import re
from collections.abc import Callable

from asgiref.sync import async_to_sync
from django.conf import settings

from casebook.bearing import bearing_out
from casebook.models import Case, Insight, Question, Section
from casebook.picking import matches
from casebook.related import related_to
from casebook.statistics import statistics
from casebook.transfer.exporting import case_lines
from casebook.watching import mark_of
from network.models import Capability
from search.finding import find
from search.spelling import corrections
from tests.access.test_sockets import ORIGIN, tried
from tests.casebook.hidden_world import COMMON, World
from tests.casebook.oracle import KINDS, NOBODY, word

Check = Callable[[World, str, int], None]
"""World, reader, and a number that turns round what is asked for."""


PLACES = ("title", "source", "measure", "role", *KINDS)
PLANTED = re.compile(f"zq(?:[a-d](?:{'|'.join(PLACES)})|(?:file|note|ask)[a-z]+)qz")
"""Only what is planted: a page's random token holds `zq…qz` once in some hundred thousand pages."""


def words_in(text: str) -> set[str]:
    return set(PLANTED.findall(text))


def agree(shown: object, wanted: object, what: str) -> None:
    assert shown == wanted, f"{what}: shows {shown}, should be {wanted}"


def case_at(world: World, turn: int) -> str:
    names = sorted(world.oracle.cases)
    return names[turn % len(names)]


def page(world: World, reader: str, path: str, **asked: str) -> str:
    """The text of a page that is there for this reader; "" where it is not, or where one is asked to sign in."""
    answer = world.clients[reader].get(path, asked)
    assert answer.status_code in {200, 302, 401, 404}, f"{path}: {answer.status_code}"
    return answer.content.decode() if answer.status_code == 200 else ""


# --- Models -------------------------------------------------------------------------------------


def sections(world: World, reader: str, _turn: int) -> None:
    """Asked of every reader after every step."""
    names = {row.pk: tuple(name.split("/")) for name, row in world.rows["section"].items()}
    shown = {names[pk] for pk in Section.objects.visible_to(world.reader(reader)).values_list("pk", flat=True)}
    agree(shown, world.oracle.sections(reader), f"sections of {reader}")


def cases(world: World, reader: str, _turn: int) -> None:
    names = world.names("case")
    shown = {names[pk] for pk in Case.objects.visible_to(world.reader(reader)).values_list("pk", flat=True)}
    agree(shown, world.oracle.visible(reader), f"cases of {reader}")


def notes(world: World, reader: str, _turn: int) -> None:
    shown = words_in("".join(Insight.objects.visible_to(world.reader(reader)).values_list("text", flat=True)))
    agree(shown, {one.word for one in world.oracle.notes_of(reader)}, f"notes of {reader}")
    shown = words_in("".join(Question.objects.visible_to(world.reader(reader)).values_list("text", flat=True)))
    agree(shown, {one.word for one in world.oracle.questions_of(reader)}, f"questions of {reader}")


# --- Pages --------------------------------------------------------------------------------------


def case_page(world: World, reader: str, turn: int) -> None:
    case = case_at(world, turn)
    shown = words_in(page(world, reader, f"/cases/{world.rows['case'][case].pk}/"))
    wanted = world.oracle.words_of_case(reader, case)
    if wanted:
        wanted |= world.oracle.titles(world.oracle.visible(reader))  # the related ones
        wanted |= world.oracle.life_of(reader, case) | world.oracle.published_files(reader, case)
    agree(shown, wanted, f"page of {case} for {reader}")


def life_page(world: World, reader: str, turn: int) -> None:
    case = case_at(world, turn)
    shown = words_in(page(world, reader, f"/cases/{world.rows['case'][case].pk}/life/"))
    visible = world.oracle.visible(reader)
    wanted = world.oracle.life_of(reader, case) | world.oracle.titles(visible) if case in visible else set()
    agree(shown, wanted, f"life of {case} for {reader}")


def recent(world: World, reader: str, _turn: int) -> None:
    shown = words_in(page(world, reader, "/cases/recent/"))
    agree(shown, world.oracle.titles(world.oracle.visible(reader)), f"newest cases for {reader}")


def bookmarks(world: World, reader: str, _turn: int) -> None:
    shown = words_in(page(world, reader, "/bookmarks/"))
    agree(shown, world.oracle.titles(world.oracle.bookmarked(reader)), f"bookmarks of {reader}")


def insights_page(world: World, reader: str, _turn: int) -> None:
    shown = words_in(page(world, reader, "/insights/"))
    found = world.oracle.notes_of(reader) if world.oracle.signed_in(reader) else []
    wanted = {one.word for one in found} | world.oracle.titles({one.case for one in found if one.case})
    agree(shown, wanted, f"notes page of {reader}")


def questions_page(world: World, reader: str, _turn: int) -> None:
    own = world.oracle.organizations_of(reader)
    found = [
        one
        for one in world.oracle.questions_of(reader)
        if one.by == reader
        or (not one.open_to_all and own & {world.oracle.cases[one.case].owner, *world.oracle.cases[one.case].took_part})
    ]
    wanted = {one.word for one in found} | world.oracle.titles({one.case for one in found})
    agree(words_in(page(world, reader, "/questions/")), wanted, f"questions page of {reader}")


def notices(world: World, reader: str, _turn: int) -> None:
    shown = words_in(page(world, reader, "/notices/"))
    agree(shown, world.oracle.titles(world.oracle.told(reader)), f"notices of {reader}")


def attachment(world: World, reader: str, turn: int) -> None:
    if not world.oracle.files:
        return
    one = world.oracle.files[turn % len(world.oracle.files)]
    row = world.rows["file"][one.word]
    answer = world.clients[reader].get(f"/cases/{row.case_id}/attachments/{row.pk}/")
    if answer.streaming:
        assert b"".join(answer) == b"a file"
    wanted = 200 if one.word in world.oracle.files_of(reader) else 404
    agree(answer.status_code, wanted, f"file of {one.case}/{one.kind} for {reader}")


# --- API ----------------------------------------------------------------------------------------


def api_list(world: World, reader: str, _turn: int) -> None:
    found = world.clients[reader].get("/api/v1/cases").json()
    wanted = world.oracle.visible(reader)
    agree({line["id"] for line in found["results"]}, wanted, f"API's list for {reader}")
    agree(found["count"], len(wanted), f"API's count for {reader}")


def api_case(world: World, reader: str, turn: int) -> None:
    case = case_at(world, turn)
    text = page(world, reader, f"/api/v1/cases/{case}")
    agree(words_in(text), world.oracle.words_of_case(reader, case), f"API's case {case} for {reader}")


def mark(world: World, reader: str, turn: int) -> None:
    case = case_at(world, turn)
    answer = world.clients[reader].get(f"/cases/{world.rows['case'][case].pk}/mark/")
    agree(answer.status_code == 200, case in world.oracle.visible(reader), f"mark of {case} for {reader}")


# --- Search -------------------------------------------------------------------------------------


def agree_on_results(world: World, reader: str, query: str, wanted: set[str]) -> None:
    """Hits, total, every facet's counts, and the words of titles and snippets."""
    found = find(query, world.reader(reader))
    agree({hit.id for hit in found.hits}, wanted, f"hits of {reader} for {query}")
    agree(found.total, len(wanted), f"total of {reader} for {query}")
    for facet in found.facets:
        if facet.name in {"industry", "prefecture", "year", "capability"}:
            counts = [value.count for value in facet.values]
            agree(counts, [len(wanted)] if wanted else [], f"facet {facet.name} of {reader} for {query}")
    told = {one for hit in found.hits for one in words_in(f"{hit.title}{hit.snippet}")}
    allowed = {one for case in wanted for one in world.oracle.words_of_case(reader, case)}
    assert told <= allowed, f"snippets of {reader} for {query} tell {told - allowed}"


def search(world: World, reader: str, _turn: int) -> None:
    found = {case for case, _kind in world.oracle.sections(reader)}
    agree_on_results(world, reader, COMMON, found)


def search_word(world: World, reader: str, turn: int) -> None:
    case, kind = case_at(world, turn), KINDS[turn // 4 % len(KINDS)]
    found = {case} if (case, kind) in world.oracle.sections(reader) else set()
    agree_on_results(world, reader, word(case, kind), found)


def listing(world: World, reader: str, _turn: int) -> None:
    agree_on_results(world, reader, "", world.oracle.visible(reader))


def search_page(world: World, reader: str, turn: int) -> None:
    query = COMMON if turn % 2 else ""
    shown = words_in(page(world, reader, "/cases/", q=query))
    found = world.oracle.visible(reader) if not query else {case for case, _kind in world.oracle.sections(reader)}
    assert world.oracle.titles(found) <= shown, f"search page of {reader} hides {world.oracle.titles(found) - shown}"
    allowed = {one for case in found for one in world.oracle.words_of_case(reader, case)}
    assert shown <= allowed, f"search page of {reader} tells {shown - allowed}"


def search_api(world: World, reader: str, _turn: int) -> None:
    found = json.loads(page(world, reader, "/api/v1/search", q=COMMON))
    wanted = {case for case, _kind in world.oracle.sections(reader)}
    agree({hit["id"] for hit in found["hits"]}, wanted, f"API's hits for {reader}")
    agree(found["total"], len(wanted), f"API's total for {reader}")


def search_box(world: World, reader: str, turn: int) -> None:
    """The titles under the box and on its page: at most those of the cases that answer."""
    path = "/search/suggest/" if turn % 2 else "/search/"
    shown = words_in(page(world, reader, path, q=COMMON))
    found = {case for case, _kind in world.oracle.sections(reader)}
    assert shown <= world.oracle.titles(found), f"box of {reader} tells {shown - world.oracle.titles(found)}"
    assert bool(shown) is bool(found), f"box of {reader} shows {shown}"


def near(world: World, reader: str, turn: int) -> None:
    """Titles of cases near one, and words that the case shares with them."""
    case = case_at(world, turn)
    shown = words_in(page(world, reader, f"/cases/{world.rows['case'][case].pk}/similar/"))
    visible = world.oracle.visible(reader)
    allowed = world.oracle.titles(visible) | world.oracle.words_of_case(reader, case) if case in visible else set()
    assert shown <= allowed, f"near {case} {reader} is told {shown - allowed}"


def spelling(world: World, reader: str, turn: int) -> None:
    """もしかして offers a word of a section to who may read that section, and to nobody else."""
    case, kind = case_at(world, turn), KINDS[turn // 4 % len(KINDS)]
    hidden = word(case, kind)
    offered = hidden in " ".join(corrections(hidden.replace("zq", "zqq", 1), world.reader(reader)))
    agree(offered, (case, kind) in world.oracle.sections(reader), f"spelling of {hidden} for {reader}")


# --- Suggestions, exports, numbers --------------------------------------------------------------


def suggestions(world: World, reader: str, _turn: int) -> None:
    found, _more = matches(world.reader(reader), COMMON)
    agree({case.external_id for case in found}, world.oracle.visible(reader), f"suggestions to {reader}")


def suggestions_page(world: World, reader: str, _turn: int) -> None:
    shown = words_in(page(world, reader, "/cases/pick/", name="related", related_q=COMMON))
    visible = world.oracle.visible(reader) if world.oracle.signed_in(reader) else set()
    agree(shown, world.oracle.titles(visible), f"suggestions' page for {reader}")


def related(world: World, reader: str, turn: int) -> None:
    case = case_at(world, turn)
    shown = {one.case.external_id for one in related_to(world.rows["case"][case], world.reader(reader))}
    agree(shown, world.oracle.visible(reader) - {case}, f"related to {case} for {reader}")


def export(world: World, reader: str, _turn: int) -> None:
    lines = {line["id"]: line for line in case_lines(world.reader(reader))}
    agree(set(lines), world.oracle.visible(reader), f"export of {reader}")
    told = {
        case: words_in(json.dumps({name: value for name, value in line.items() if name != "related"}))
        for case, line in lines.items()
    }
    agree(told, {case: world.oracle.words_of_case(reader, case) for case in lines}, f"export's words for {reader}")


def numbers(world: World, reader: str, _turn: int) -> None:
    found = statistics(world.reader(reader), {})
    visible = world.oracle.visible(reader)
    agree(found.seen, len(visible), f"countable cases of {reader}")
    assert (found.total - len(visible)) % 3 == 0, f"{reader}: {found.total} shown, {len(visible)} readable"
    agree(found.total, world.oracle.counted(reader), f"number of cases for {reader}")
    agree(sum(found.by["industry"].values()), found.total, f"by industry for {reader}")


def numbers_api(world: World, reader: str, _turn: int) -> None:
    found = json.loads(page(world, reader, "/api/v1/case-statistics"))
    visible = len(world.oracle.visible(reader))
    agree((found["total"], found["readable"]), (world.oracle.counted(reader), visible), f"API's numbers for {reader}")


def evidence(world: World, reader: str, _turn: int) -> None:
    inventory, who, shown = Capability.objects.get(code="inventory"), world.reader(reader), set[str]()
    for organization in world.rows["org"].values():
        shown |= {case.external_id for case in bearing_out(organization, inventory, who)}
    agree(shown, world.oracle.borne_out(reader), f"evidence for {reader}")


# --- Sockets ------------------------------------------------------------------------------------


def socket_decision(world: World, reader: str, turn: int) -> None:
    """What the consumer asks, before it accepts and at every look."""
    case = case_at(world, turn)
    shown = mark_of(world.rows["case"][case].pk, world.reader(reader)) is not None
    agree(shown, case in world.oracle.visible(reader), f"socket of {case} for {reader}")


def socket(world: World, reader: str, turn: int) -> None:
    """A real handshake with the whole application."""
    case, headers = case_at(world, turn), [ORIGIN]
    if reader != NOBODY:
        name = settings.SESSION_COOKIE_NAME
        headers.append((b"cookie", f"{name}={world.clients[reader].cookies[name].value}".encode()))
    accepted, _code = async_to_sync(tried)(f"/ws/cases/{world.rows['case'][case].pk}/", headers)
    agree(accepted, case in world.oracle.visible(reader), f"handshake of {case} for {reader}")


EVERYBODY: tuple[Check, ...] = (sections,)
"""Asked of every reader after every step."""
LIGHT: tuple[Check, ...] = (attachment, recent, notices, api_list, mark, suggestions_page, bookmarks)
"""Two readers meet one of these after every step, over HTTP: every reader every third time, another one each time."""
HEAVY: tuple[Check, ...] = (
    case_page, search, export, socket_decision, numbers, search_page, notes, related, api_case, listing,
    life_page, evidence, search_word, suggestions, insights_page, search_api, cases, questions_page, numbers_api,
    socket, search_box, near, spelling,
)  # fmt: skip
"""One reader meets one of these after every step."""
