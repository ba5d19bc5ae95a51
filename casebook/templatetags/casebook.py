"""What the casebook's templates need beside variables."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from casebook.files.listing import CaseFiles
from casebook.models import Section
from casebook.rendering import html_of
from casebook.showing import meaning_of

register = template.Library()


@register.simple_tag
def prose(text: str, files: CaseFiles | None = None) -> SafeString:
    """A section's Markdown as HTML, with those of the pictures that the reader may have."""
    return html_of(text, images=files.images if files else {})


@register.inclusion_tag("casebook/_attachments.html")
def attached(files: CaseFiles, section: Section) -> dict[str, Any]:
    """The published files of a section, under its label."""
    return {"attachments": files.of(section.kind), "tlp": section.tlp}


@register.filter
def tlp_meaning(label: str) -> str:
    """What a TLP label asks of whoever reads under it."""
    return meaning_of(label)
