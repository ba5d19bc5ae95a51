"""What the tests of the guided form share: a draft of the small cast's owner, and its steps as a browser sends them."""

import re
from typing import Any

from django.test import Client

from casebook import actions
from casebook.models import Case, Draft
from casebook.writing.content import Content
from tests.small_cast import Small

SECTIONS = {
    "summary": "FAXの注文を一つの画面にまとめた。",
    "background": "欠品が続いた。\n\n## 目的\n\n当日に出荷する。",
    "action": "業務の流れを書き出した。",
    "result": "在庫がその場でわかる。",
    "lessons": "## うまくいかなかったこと\n\n移行が1か月遅れた。\n\n## もう一度やるなら\n\n現場に先に入ってもらう。",
    "team": "信用金庫が進行役。",
    "identity": "架空 浜松金属加工株式会社",
}
COMPLETE: dict[str, Any] = {
    "title": "在庫の見える化",
    "basis": "fiction",
    "contact": "地域支援部",
    "year": 2025,
    "outcome": "success",
    "phases": ("analysis",),
    "capabilities": ("inventory",),
    "sections": SECTIONS,
}


def begun(small: Small, **values: Any) -> Case:
    """A case of the owner with a draft, complete but for what `values` take away."""
    return actions.begin_case(small.owner, content=Content(**{**COMPLETE, **values}), by=small["editor"])


def content_of(case: Case) -> Content:
    return Content.from_json(Draft.objects.get(case=case).content)


def address(case: Case, step: str = "") -> str:
    return f"/cases/{case.pk}/draft/" + (f"{step}/" if step else "")


def hidden(html: str) -> dict[str, str]:
    """The version and the fingerprint that the page of a step carries."""
    found = dict(re.findall(r'<input type="hidden" name="(version|seen)" value="([^"]*)">', html))
    assert set(found) == {"version", "seen"}
    return found


def send(client: Client, case: Case, step: str, *, page: str = "", **typed: Any) -> Any:
    """Post a step with what its page carries (`page`: one that was loaded earlier)."""
    carried = hidden(page or client.get(address(case, step)).content.decode())
    return client.post(address(case, step), {**carried, **typed})
