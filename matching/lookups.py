"""What the buttons of the intake form look for: in the text, in the taxonomy, in the registry."""

from dataclasses import replace
from typing import Any

from matching.drafting import Reading, Suggestion, fold, read
from network.models import Capability, Organization, User

FOUND = 8


def capabilities_like(words: str) -> list[Suggestion]:
    """Capabilities whose name, synonyms or definition contain the words."""
    folded = fold(words.strip())
    if not folded:
        return []
    found = [
        capability
        for capability in Capability.objects.all()
        if any(folded in fold(text) for text in (capability.name_ja, capability.name_en, *capability.synonyms))
    ]
    return [Suggestion(capability, [words.strip()]) for capability in found[:FOUND]]


def read_text(text: str, lines: list[dict[str, Any]]) -> Reading:
    """What the text tells; of its capabilities those that have no line yet."""
    there = {line["capability"] for line in lines}
    found = read(text, Capability.objects.all())
    return replace(found, requirements=[one for one in found.requirements if one.capability.code not in there])


def organizations_like(words: str, user: User) -> list[Organization]:
    """Organizations by a part of their name."""
    part = words.strip()
    if not part or "\0" in part:
        return []
    return list(Organization.objects.visible_to(user).filter(is_active=True, name__icontains=part)[:FOUND])
