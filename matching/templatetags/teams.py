"""Words of teams in templates."""

from django import template

from matching.eventwords import EVENTS
from matching.models import TeamEvent

register = template.Library()


@register.filter
def in_words(event: TeamEvent) -> str:
    """What was done."""
    return str(EVENTS.get(event.kind, event.kind))
