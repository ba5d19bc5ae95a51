"""The files of a case as a reader gets them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from casebook.models import Attachment, Case
from casebook.rendering import ImageInfo
from network.access import Reader


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """What a reader may have: the published files by section, and every picture that a text may show."""

    by_section: Mapping[str, list[Attachment]]
    images: Mapping[int, ImageInfo]

    def of(self, section: str) -> list[Attachment]:
        return self.by_section.get(section, [])


def files_of(case: Case, reader: Reader) -> CaseFiles:
    """The files of one case that the reader may have, in one query. What only the draft has is no part of the lists;
    its writers see its pictures."""
    found = list(Attachment.objects.visible_to(reader).filter(case=case))
    by_section: dict[str, list[Attachment]] = {}
    for attachment in found:
        if attachment.live:
            by_section.setdefault(attachment.section, []).append(attachment)
    return CaseFiles(by_section, images_among(found))


def images_among(attachments: Iterable[Attachment]) -> dict[int, ImageInfo]:
    """Pictures by id, as `rendering.html_of` takes them."""
    return {one.pk: ImageInfo(address_of(one), one.description or one.name) for one in attachments if one.is_image}


def address_of(attachment: Attachment) -> str:
    return reverse("casebook:attachment", args=[attachment.case_id, attachment.pk])
