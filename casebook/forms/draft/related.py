"""Cases that the writer names as related: those it can see, chosen by a part of their title."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casebook.forms.draft.part import At, PartForm
from casebook.models import Case
from casebook.picking import matches
from network.picking import is_id

MOST = 10


class RelatedForm(PartForm):
    """`related` are ids of cases. One that the writer cannot see is neither taken from it nor taken out by it."""

    part_template = "casebook/draft/_related.html"

    related = forms.MultipleChoiceField(label=gettext_lazy("関連する事例"), required=False)
    related_q = forms.CharField(required=False, max_length=200)

    def told(self, at: At) -> Mapping[str, Any]:
        return {"related": [str(pk) for pk in at.content.related]}

    def arrange(self) -> None:
        sent = self.data.getlist("related") if isinstance(self.data, QueryDict) else []
        asked = {int(pk) for pk in sent[: 2 * MOST] if is_id(pk)}
        seen = Case.objects.visible_to(self.at.writer).exclude(pk=self.at.case.pk).select_related("owner")
        self.known = seen.in_bulk(asked | set(self.at.content.related))
        self.unseen = [pk for pk in self.at.content.related if pk not in self.known]
        self.fields["related"].choices = [(str(pk), case.title) for pk, case in self.known.items()]  # type: ignore[attr-defined]

    def clean_related(self) -> list[int]:
        chosen = [int(pk) for pk in self.cleaned_data["related"]]
        if len(chosen) > MOST:
            raise forms.ValidationError(_("関連する事例は%(most)d件までにしてください。") % {"most": MOST})
        return chosen

    def changes(self) -> dict[str, Any]:
        if "related" not in self.cleaned_data:
            return {}
        return {"related": sorted({*self.cleaned_data["related"], *self.unseen})}

    def words(self) -> dict[str, str]:
        titles = [self.known[pk].title for pk in self.at.content.related if pk in self.known]
        return {str(self.fields["related"].label): "、".join(titles)}

    @property
    def rows(self) -> list[tuple[Case, bool]]:
        """The cases that were chosen or are stored, and whether their boxes are ticked."""
        ticked = set(self["related"].value() or [])
        return [(case, str(pk) in ticked) for pk, case in self.known.items()]

    @cached_property
    def search(self) -> dict[str, Any]:
        """For `casebook/_picked_cases.html`, where no scripts run: what the words find beside the rows."""
        typed = self.data.get("related_q", "")[:200] if self.is_bound else ""
        found, more = matches(self.at.writer, typed, self.at.case.pk)
        return {"typed": typed.strip(), "found": [one for one in found if one.pk not in self.known], "more": more}
