"""What was done at a workbench, as a sentence; made when it is read."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from matching.models import BenchEvent, Variant
from matching.vocabulary import BenchDeed
from matching.wording import shifts


def sentence(event: BenchEvent, name: Callable[[str], str], *, parts: bool = False) -> str:
    """Who did what, and what that changed; `name` gives an organization by external id. With `parts` the difference is
    told part by part: only to who may know every weakness in it."""
    facts = event.facts
    said = _DEEDS[BenchDeed(event.deed)]() % {
        "by": event.by_name or _("どなたか"),
        "variant": Variant(number=facts["number"]).title,
        "n": facts.get("place", 0) + 1,
        "organization": name(facts.get("organization", "")),
        "other": name(facts.get("other", "")),
    }
    first = _FIRST.get(facts.get("first", ""))
    if first:
        told = {"organization": name(facts["organization"]), "other": name(facts.get("other", ""))}
        said += first() % told
    if change := facts.get("change"):
        said += _("点の変化は%(shift)sです。") % {"shift": shifts(change, parts=parts)}
    return said


_DEEDS: dict[BenchDeed, Callable[[], str]] = {
    BenchDeed.BEGAN: lambda: _("%(by)sさんが、提案%(n)dをもとに%(variant)sをつくりました。"),
    BenchDeed.ADD: lambda: _("%(by)sさんが、%(variant)sに「%(organization)s」を加えました。"),
    BenchDeed.DROP: lambda: _("%(by)sさんが、%(variant)sから「%(organization)s」を外しました。"),
    BenchDeed.SWAP: lambda: _("%(by)sさんが、%(variant)sの「%(organization)s」を「%(other)s」に入れ替えました。"),
    BenchDeed.LOCK: lambda: _("%(by)sさんが、%(variant)sの「%(organization)s」を固定しました。"),
    BenchDeed.UNLOCK: lambda: _("%(by)sさんが、%(variant)sの「%(organization)s」の固定をやめました。"),
    BenchDeed.EXCLUDE: lambda: _("%(by)sさんが、%(variant)sの候補から「%(organization)s」を除きました。"),
    BenchDeed.READMIT: lambda: _("%(by)sさんが、%(variant)sの候補に「%(organization)s」を戻しました。"),
    BenchDeed.REBUILD: lambda: _("%(by)sさんが、%(variant)sの固定していない席を組み直しました。"),
    BenchDeed.RESCORE: lambda: _("%(by)sさんが、%(variant)sをいまの登録で計算し直しました。"),
    BenchDeed.NOTE: lambda: _("%(by)sさんが、%(variant)sのメモを書きました。"),
    BenchDeed.KEEP: lambda: _("%(by)sさんが、%(variant)sを候補として残しました。"),
    BenchDeed.LET_GO: lambda: _("%(by)sさんが、%(variant)sを候補から下ろしました。"),
    BenchDeed.FORWARD: lambda: _("%(by)sさんが、%(variant)sを左へ動かしました。"),
    BenchDeed.REMOVE: lambda: _("%(by)sさんが、%(variant)sを消しました。"),
}
_FIRST: dict[str, Callable[[], str]] = {
    BenchDeed.ADD: lambda: _("「%(organization)s」を加えています。"),
    BenchDeed.DROP: lambda: _("「%(organization)s」を外しています。"),
    BenchDeed.SWAP: lambda: _("「%(organization)s」を「%(other)s」に入れ替えています。"),
    BenchDeed.LOCK: lambda: _("「%(organization)s」を固定しています。"),
    BenchDeed.EXCLUDE: lambda: _("「%(organization)s」を候補から除いています。"),
}
"""What a variant began with, beside its proposal's team."""
