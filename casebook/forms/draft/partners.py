"""The organizations that took part, a row each, and a place to add one by its name."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casebook.forms.draft.part import At, PartForm
from casebook.writing.content import Took
from network.models import Capability, Organization
from network.models.organizations import OrganizationQuerySet
from network.picking import ID_DIGITS, Pick, is_id, matches, offered_to
from network.text import clean_line

MOST = 30


class AddsOrganization(PartForm):
    """One organization may be chosen, by part of its name (see `network.picking`); `chosen` is it, or None."""

    pick_label: Any = gettext_lazy("参加した機関を加える")
    other = forms.CharField(required=False, max_length=ID_DIGITS)
    other_q = forms.CharField(required=False, max_length=120)

    @property
    def adding(self) -> bool:
        """Whether the page asks to take what is chosen: an autosave while somebody still chooses does not."""
        return "autosave" not in self.data or "leaving" in self.data

    @property
    def chosen(self) -> Organization | None:
        """Who is meant, as far as what was sent can mean one only."""
        said = self.data.get("other", "")
        if is_id(said):
            return self._offered().filter(pk=int(said)).first()
        found, more = matches(self.at.writer, self.data.get("other_q", "")[:120])
        typed = self.data.get("other_q", "").strip()
        exact = [one for one in found if typed in {one.name, one.external_id}]
        certain = exact or ([] if more else found)
        return certain[0] if len(certain) == 1 else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        wanted = self.data.get("other_q", "").strip() or self.data.get("other", "")
        if self.adding and "pick" not in self.data and wanted and self.chosen is None:
            found = matches(self.at.writer, self.data.get("other_q", "")[:120])[0]
            several = _("候補の中から、機関をひとつ選んでください。")
            nothing = _("見つかりません。名称の一部を短くして、もう一度お試しください。")
            self.add_error("other", several if found else nothing)
        return values

    @property
    def pick(self) -> Pick:
        """For `network/_pick_organization.html`."""
        typed = self.data.get("other_q", "")[:120] if self.is_bound else ""
        chosen = self.chosen if self.is_bound and self.data.get("other") else None
        found, more = ([], False) if chosen else matches(self.at.writer, typed)
        errors = list(self.errors.get("other", [])) if self.is_bound else []
        return Pick("other", self.pick_label, typed, chosen, found, more, errors, must=False)

    def _offered(self) -> OrganizationQuerySet:
        return offered_to(self.at.writer)


class PartnersForm(AddsOrganization):
    """Fields are called by the organization's id: `role-12`, `brought-12`, `remove-12`; `row` says which are there."""

    part_template = "casebook/draft/_partners.html"

    def told(self, at: At) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for one in at.content.participants:
            found |= {f"role-{one.organization}": one.role, f"brought-{one.organization}": list(one.capabilities)}
        return found

    def arrange(self) -> None:
        stored = {one.organization: one for one in self.at.content.participants}
        self.ids = list(stored)
        if self.is_bound:
            rows = self.data.getlist("row") if isinstance(self.data, QueryDict) else []
            sent = [int(pk) for pk in rows if is_id(pk)]
            allowed = {*stored, *self._offered().filter(pk__in=sent[:MOST]).values_list("pk", flat=True)}
            self.ids = [pk for pk in dict.fromkeys(sent) if pk in allowed][:MOST]
        codes = {*self.at.content.capabilities, *(code for one in stored.values() for code in one.capabilities)}
        self.choices = [(one.code, one.name) for one in Capability.objects.filter(code__in=codes)]
        self.organizations = Organization.objects.in_bulk(self.ids)
        for pk in self.ids:
            self.fields |= {f"{name}-{pk}": field for name, field in self._row_fields().items()}
            self.fields[f"role-{pk}"].label = _("%(name)sの役割") % {"name": self.organizations[pk].name}
            self.fields[f"brought-{pk}"].label = _("%(name)sが担った支援領域") % {"name": self.organizations[pk].name}

    def changes(self) -> dict[str, Any]:
        stored = {one.organization: one for one in self.at.content.participants}
        kept = [pk for pk in self.ids if not self.cleaned_data.get(f"remove-{pk}")]
        rows = [self._row(pk, stored.get(pk, Took(pk))) for pk in kept]
        added = self.chosen if self.adding else None
        if added is not None and added.pk not in kept and len(rows) < MOST:
            rows.append({"organization": added.pk, "role": "", "capabilities": []})
        return {"participants": rows}

    def _row(self, pk: int, stored: Took) -> dict[str, Any]:
        said = self.cleaned_data
        brought = said.get(f"brought-{pk}", list(stored.capabilities))
        return {"organization": pk, "role": said.get(f"role-{pk}", stored.role), "capabilities": sorted(brought)}

    def _row_fields(self) -> dict[str, forms.Field]:
        boxes = forms.CheckboxSelectMultiple
        return {
            "role": forms.CharField(required=False, max_length=120, validators=[clean_line]),
            "brought": forms.MultipleChoiceField(required=False, choices=self.choices, widget=boxes),
            "remove": forms.BooleanField(label=_("この機関を外す"), required=False),
        }

    def words(self) -> dict[str, str]:
        """Of each organization what it did."""
        names = dict(self.choices)
        return {
            self.organizations[one.organization].name: " ".join(
                [one.role or _("役割なし"), *(str(names[code]) for code in one.capabilities if code in names)]
            )
            for one in self.at.content.participants
            if one.organization in self.organizations
        }

    @property
    def rows(self) -> list[tuple[Organization, Any, Any, Any]]:
        return [
            (self.organizations[pk], self[f"role-{pk}"], self[f"brought-{pk}"], self[f"remove-{pk}"])
            for pk in self.ids
            if pk in self.organizations
        ]
