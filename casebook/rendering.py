"""Markdown of people, as HTML that a page can carry.

Safe twice over: the renderer writes nothing but a short list of tags, and nh3 lets nothing but that list through.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

LINK = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)
IMAGE = re.compile(r"attachment:([0-9]{1,18})")
TAGS = frozenset({"p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em"})
TAGS |= {"strong", "s", "a", "img", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "loading"}, "ol": {"start"}}
"""Beside these only the `rel` of links."""
SCHEMES = {"http", "https", "mailto"}
MAX_CELLS = 20_000
"""Missing cells of a table are filled up: a few characters would make a page of megabytes."""


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """A picture that the reader may have: where it is, and what stands for it where the text says nothing."""

    address: str
    description: str


def html_of(text: str, *, images: Mapping[int, ImageInfo]) -> SafeString:
    """The text as sanitised HTML of block elements: headings from h3 down, line breaks kept, raw HTML shown as text.

    Links lead to http, https and mailto; `![…](attachment:12)` shows the picture of that id in `images`. Every other
    link or picture becomes its text. Takes under a second for any text that a section can hold.
    """
    return _html_of(text, tuple(sorted(images.items())))


@lru_cache(maxsize=256)
def _html_of(text: str, images: tuple[tuple[int, ImageInfo], ...]) -> SafeString:
    known = dict(images)
    lines = text.splitlines()
    cells = max((line.count("|") for line in lines), default=0) * len(lines)
    markdown = WITH_TABLES if cells <= MAX_CELLS else WITHOUT_TABLES
    html = markdown.render(text, {"images": known, "links": []})
    clean = nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_only({image.address for image in known.values()}),
        url_schemes=SCHEMES,
        link_rel="noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - nh3 let nothing but the list above through


def _only(addresses: set[str]) -> Callable[[str, str, str], str | None]:
    """Lets links and pictures through that the renderer may have written."""

    def kept(tag: str, name: str, value: str) -> str | None:
        if (tag, name) == ("img", "src"):
            return value if value in addresses else None
        if (tag, name) == ("a", "href"):
            return value if LINK.match(value) else None
        return value

    return kept


class Renderer(RendererHTML):
    """Writes what a case's page has room for; `env` brings the pictures, and keeps which links are open."""

    def link_open(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        address = str(tokens[idx].attrGet("href") or "")
        leads = bool(LINK.match(address))
        env["links"].append(leads)
        return f'<a href="{escape(address)}">' if leads else ""

    def link_close(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, env: EnvType) -> str:
        return "</a>" if env["links"].pop() else ""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env)
        found = IMAGE.fullmatch(str(token.attrGet("src") or ""))
        known: ImageInfo | None = env["images"].get(int(found[1])) if found else None
        if known is None:
            return str(escape(alt))
        return f'<img src="{escape(known.address)}" alt="{escape(alt or known.description)}" loading="lazy">'


def _outline(state: StateCore) -> None:
    """The page has h1 and h2: a text's headings begin at h3, whatever their author began with, and each goes at most
    one below the heading it stands under. The titles of one rank that stand under one heading share a level."""
    above: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            rank = int(token.tag[1])
            above = [higher for higher in above if higher < rank] + [rank]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(len(above) + 2, 6)}"


class Markdown(MarkdownIt):
    """CommonMark without what would swallow or distort the plain text of people: indented code, underlined headings,
    definitions of references."""

    def __init__(self, *more: str) -> None:
        options: Any = {"html": False, "breaks": True}
        super().__init__("commonmark", options, renderer_cls=Renderer)
        self.disable(["code", "lheading", "reference"]).enable(["strikethrough", *more])
        self.core.ruler.push("outline", _outline)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """All are links here; the renderer decides where one may lead, so that the others leave their text."""
        return True


WITH_TABLES, WITHOUT_TABLES = Markdown("table"), Markdown()


MARKS = re.compile(r"[#*_`~\[\]>|!\\&-]|^\s*\d+[.)]|https?:", re.MULTILINE)
"""Without any of these a text says the same with and without its marks."""
BREAKS = {"paragraph_close": "\n", "heading_close": "\n", "td_close": " ", "th_close": " ", "tr_close": "\n"}


def plain_text(text: str) -> str:
    """What a reader reads of the text: its words without the marks of Markdown, a line for each block; raw HTML and
    pictures as `html_of` shows them, the latter by their description."""
    return _plain_text(text) if MARKS.search(text) else text


@lru_cache(maxsize=512)
def _plain_text(text: str) -> str:
    markdown = WITH_TABLES if text.count("|") <= MAX_CELLS else WITHOUT_TABLES
    return "".join(_said(markdown.parse(text))).strip()


def _said(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield from _said(token.children or [])
        elif token.type == "image":
            yield "".join(_said(token.children or []))
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n"
        else:
            yield token.content or BREAKS.get(token.type, "")
