"""Choosing one organization by typing a part of its name: with suggestions where scripts run, in two steps where not.

A form that inherits `PicksOrganization` has the fields `other` (the chosen id) and `other_q` (what was typed). Its
template includes `network/_pick_organization.html` with `pick=form.pick`. With scripts, typing asks the address
`network:pick_organization` for matches; without, sending the form does: one exact match is taken, several are offered.
"""

from dataclasses import dataclass, field
from typing import Any, Self

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from network.access import Reader
from network.models import Organization
from network.models.organizations import OrganizationQuerySet

OFFERED = 10
LOOKING = "pick"
"""The button that only looks for matches."""
ID_DIGITS = 18
"""No key of the database has more."""


def is_id(value: object) -> bool:
    """True for what may be the id of a row, typed or stored."""
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) <= ID_DIGITS


@dataclass(slots=True)
class Pick:
    """The state of one choice, for the template."""

    name: str
    label: Any
    typed: str = ""
    chosen: Organization | None = None
    found: list[Organization] = field(default_factory=list)
    more: bool = False
    errors: list[Any] = field(default_factory=list)
    without: int | None = None
    """The organization that asks, which is not offered."""
    must: bool = True
    """Whether the form cannot do without a choice."""

    @property
    def asked(self) -> bool:
        """Whether matches were looked for."""
        return bool(self.typed.strip()) and self.chosen is None


def offered_to(reader: Reader, without: int | None = None) -> OrganizationQuerySet:
    """What the reader may choose from."""
    offered = Organization.objects.visible_to(reader).filter(is_active=True)
    return offered if without is None else offered.exclude(pk=without)


def matches(reader: Reader, typed: str, without: int | None = None) -> tuple[list[Organization], bool]:
    """The first organizations with these words in name or reading, exact names first; and whether there are more."""
    words = typed.strip()
    if not words or "\0" in words:
        return [], False
    exact = offered_to(reader, without).filter(Q(name=words) | Q(external_id=words))
    partly = offered_to(reader, without).filter(Q(name__icontains=words) | Q(kana__icontains=words))
    first = list(exact.select_related("municipality")[:OFFERED])
    rest = partly.exclude(pk__in=[found.pk for found in first]).select_related("municipality")
    found = [*first, *rest[: OFFERED + 1]]
    return found[:OFFERED], len(found) > OFFERED


class PicksOrganization(forms.Form):
    """A form with one organization to choose; `cleaned_data["other"]` is the organization."""

    other = forms.CharField(required=False, max_length=ID_DIGITS)
    other_q = forms.CharField(required=False, max_length=120)

    pick_label = _("相手の機関")

    def __init__(self, *args: Any, reader: Reader, without: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader, self.without = reader, without

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        chosen = self._by_id(values.get("other", "")) or self._by_name(values.get("other_q", ""))
        if chosen is None and not self.errors.get("other"):
            self.add_error("other", self._nothing(values))
        values["other"] = chosen
        return values

    @property
    def pick(self) -> Pick:
        """For `network/_pick_organization.html`."""
        typed = str(self["other_q"].value() or "")[:120]
        chosen = self._by_id(str(self["other"].value() or ""))
        found, more = ([], False) if chosen else matches(self.reader, typed, self.without)
        errors = list(self.errors.get("other", [])) if self.is_bound else []
        return Pick("other", self.pick_label, typed, chosen, found, more, errors, self.without)

    @classmethod
    def for_request(cls, request: HttpRequest, **kwargs: Any) -> Self:
        """The form as it was sent. Where the button 「探す」 was pressed (no scripts), what was typed stands there
        again without complaints, with the matches."""
        if request.method == "POST" and LOOKING in request.POST:
            return cls(initial=request.POST.dict(), reader=request.user, **kwargs)
        return cls(request.POST if request.method == "POST" else None, reader=request.user, **kwargs)

    def _by_id(self, text: str) -> Organization | None:
        if not is_id(text):
            return None
        return offered_to(self.reader, self.without).filter(pk=int(text)).first()

    def _by_name(self, words: str) -> Organization | None:
        """What was typed, where it can mean one organization only."""
        found, _more = matches(self.reader, words, self.without)
        exact = [one for one in found if words.strip() in {one.name, one.external_id}]
        certain = exact or found
        return certain[0] if len(certain) == 1 else None

    def _nothing(self, values: dict[str, Any]) -> Any:
        words = values.get("other_q", "")
        if not words.strip():
            return _("相手の機関を選んでください。名称の一部を入力すると、候補が出ます。")
        if matches(self.reader, words, self.without)[0]:
            return _("候補の中から、相手の機関をひとつ選んでください。")
        return _("見つかりません。名称の一部を短くして、もう一度お試しください。")
