"""Files of a case as its writers see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casebook.actions.attaching import MAX_FILES
from casebook.files.kinds import ACCEPT
from casebook.models import Attachment, Case
from casebook.vocabulary import SectionKind
from network.access import Reader
from network.text import clean_line

DESCRIPTION = _("何のファイルか（画像が見えない方に、代わりに伝える文）")


class AttachForm(forms.Form):
    """One file with the section whose readers get it."""

    file: "forms.FileField" = forms.FileField(
        label=_("ファイル"),
        allow_empty_file=True,  # its own message names the file
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": _("ファイルを選んでください。")},
    )
    section: "forms.ChoiceField" = forms.ChoiceField(
        label=_("どの節に付けるか"),
        help_text=_("選んだ節を読める方だけが、このファイルを受け取れます。"),
        choices=SectionKind.choices,
        initial=SectionKind.ATTACHMENT,
        error_messages={"invalid_choice": _("節を一覧から選んでください。")},
    )
    description: "forms.CharField" = forms.CharField(
        label=DESCRIPTION, max_length=200, required=False, validators=[clean_line]
    )


class DescribeForm(forms.Form):
    """What a file shows."""

    description: "forms.CharField" = forms.CharField(
        label=DESCRIPTION,
        max_length=200,
        validators=[clean_line],
        error_messages={"required": _("何のファイルかを書いてください。")},
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One file in the editor. `form` is None where its description stands as it was published."""

    attachment: Attachment
    tlp: str
    removable: bool
    form: DescribeForm | None


def attachments_for_editor(
    case: Case, by: Reader, *, form: AttachForm | None = None, described: tuple[int, DescribeForm] | None = None
) -> dict[str, Any]:
    """What `casebook/_attachment_editor.html` needs, for somebody who may write the case; a fixed number of queries.

    `form` and `described` are what was refused, shown again with the reasons.
    """
    labels = {section.kind: section.tlp for section in case.sections.prefetch_related("grants")}
    edits = Case.objects.editable_by(by).contains(case)
    again = dict([described]) if described else {}
    rows = list(_rows(case, labels, again, edits=edits))
    return {
        "case": case,
        "files": rows,
        "attach_form": form or AttachForm(),
        "most": MAX_FILES,
        "full": len(rows) >= MAX_FILES,
    }


def _rows(case: Case, labels: dict[str, Any], again: dict[int, DescribeForm], *, edits: bool) -> Iterator[Row]:
    for one in case.attachments.all():
        fresh = DescribeForm(initial={"description": one.description}, auto_id=f"file-{one.pk}-%s")
        form = again.get(one.pk) or (None if one.live else fresh)
        yield Row(one, labels.get(one.section, ""), edits or not one.live, form)
