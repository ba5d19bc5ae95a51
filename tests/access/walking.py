"""Visits every address as one reader and says what is wrong with the answers."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from io import BytesIO
from urllib.parse import quote, unquote
from zipfile import ZipFile

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests.access.matrix import HEADERS, Row, body_of, kwargs_of
from tests.access.truth import may_read
from tests.cast import WORDS, World

SECRETS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{64}(?![A-Za-z0-9])|csrftoken=\w+|sessionid=\w+|expires=[^;]+GMT")
JSON = "application/json"


@dataclass
class Walk:
    """What came of visiting: complaints, and the planted words that the reader saw."""

    problems: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    statuses: dict[Row, int] = field(default_factory=dict)


def route_names() -> Iterator[str]:
    """Every route of the URLconf, by its name with namespaces; a nameless one by its pattern."""

    def names(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLPattern):
                yield namespace + entry.name if entry.name else f"{prefix}{entry.pattern}"
            else:
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                yield from names(entry, f"{prefix}{entry.pattern}", inner)

    yield from names(get_resolver(), "", "")


class Visitor:
    """One reader's browser; every visit starts from the same session and leaves nothing behind in the database."""

    def __init__(self, world: World, reader: str) -> None:
        self.world, self.reader = world, reader
        self.client = Client(raise_request_exception=False)
        person = world.people[reader]
        if not isinstance(person, AnonymousUser):
            self.client.force_login(person)
        self.cookies = self.client.cookies.output(header="", sep=";")

    def visit(
        self, method: str, path: str, body: object = None, *, htmx: bool = False, headers: dict[str, str] | None = None
    ) -> HttpResponse:
        self.client.cookies = SimpleCookie(self.cookies)
        json = path.startswith("/api/") or method in {"PUT", "PATCH", "DELETE"}
        given = {"data": body, **({"content_type": JSON} if json and method != "GET" else {})} if body else {}
        with transaction.atomic():
            response: HttpResponse = getattr(self.client, method.lower())(
                path, headers={**(headers or {}), **({"HX-Request": "true"} if htmx else {})} or None, **given
            )
            transaction.set_rollback(True)
        return response


def walk(world: World, reader: str, rows: Iterable[Row], *, htmx: bool = False) -> Walk:
    """Visit the rows' addresses as the reader and compare each answer with its row."""
    visitor, result = Visitor(world, reader), Walk()
    hidden: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows:
        path = reverse(row.route, kwargs=kwargs_of(world, row))
        response = visitor.visit(
            row.method,
            path,
            body_of(world, row),
            htmx=htmx and row.method == "GET",
            headers=HEADERS.get((row.route, row.method)),
        )
        result.statuses[row] = response.status_code
        wanted = row.statuses[reader]
        if response.status_code != wanted:
            result.problems.append(f"{reader} {row}: {response.status_code} instead of {wanted}")
        result.problems += [f"{reader} {row}: {leak}" for leak in leaks(response, reader, result.seen)]
        if row.thing != "-" and told_nothing(response):
            hidden[row.route, row.method][normalised(response, path)] = str(row)
    for answers in hidden.values():
        if len(answers) > 1:
            result.problems.append(f"{reader}: hidden and missing can be told apart: {' / '.join(answers.values())}")
    result.problems += [f"{reader}: a mail tells {word}" for word in words_in(mails()) if not allowed(reader, word)]
    return result


def leaks(response: HttpResponse, reader: str, seen: set[str]) -> Iterator[str]:
    """Words in the answer that are not for the reader, and words for few in an answer that anybody may keep."""
    found = words_in(text_of(response))
    seen |= found
    yield from (f"tells {word}" for word in sorted(found) if not allowed(reader, word))
    private = [word for word in found if not allowed("anonymous", word)]
    vary, control = response.get("Vary", "").lower(), response.get("Cache-Control", "").lower()
    if private and not ("cookie" in vary or "no-store" in control or "private" in control):
        yield f"may be kept by a shared cache: {min(private)}"


def text_of(response: HttpResponse) -> str:
    """Everything that goes over the wire, unescaped as far as a URL goes."""
    body = b"".join(response) if response.streaming else response.content
    head = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = response.cookies.output()
    return unquote(f"{head}\n{cookies}\n{unpacked(body)}")


def unpacked(body: bytes) -> str:
    """The text of an answer; of a spreadsheet, that of every part of it."""
    if not body.startswith(b"PK"):
        return body.decode()
    with ZipFile(BytesIO(body)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def words_in(text: str) -> set[str]:
    return {word for word in re.findall("zq[a-z]+?qz", text.lower()) if word in WORDS}


def allowed(reader: str, word: str) -> bool:
    return may_read(reader, WORDS[word])


def mails() -> str:
    return "\n".join(str(message.message()) for message in getattr(mail, "outbox", []))


def told_nothing(response: HttpResponse) -> bool:
    """A "not found", or the way to the sign-in page: what a hidden and a missing object must have in common."""
    to_sign_in = response.status_code == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL))
    return response.status_code in {401, 404} or to_sign_in


def normalised(response: HttpResponse, path: str) -> str:
    """The answer without what differs from one request to the next, or second, and without its own address."""
    head = sorted(f"{name}: {value}" for name, value in response.items() if name not in {"Content-Length", "Expires"})
    text = "\n".join([str(response.status_code), *head, response.cookies.output(), response.content.decode()])
    for own in (path, quote(path), quote(path, safe="")):
        text = text.replace(own, "PATH")
    return SECRETS.sub("SECRET", text)
