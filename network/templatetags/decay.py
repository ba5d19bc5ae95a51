"""`{{ rating|confirmed_words }}` and `{% if rating|is_stale %}`: for a rating, an organization or a moment."""

from django import template
from django.utils import timezone

from network import decay

register = template.Library()


@register.filter
def confirmed_words(of: object) -> str:
    """The words of `network.decay.confirmed_words`; nothing for what cannot be confirmed."""
    return decay.confirmed_words(of) if isinstance(of, decay.Confirmable) else ""


@register.filter
def is_stale(of: object) -> bool:
    """Whether somebody should look again."""
    return isinstance(of, decay.Confirmable) and decay.is_stale(of)


@register.filter
def confirmed_age(of: object) -> str:
    """How long ago it was confirmed: 「8か月」; nothing for what never was."""
    moment = decay.confirmed_at(of) if isinstance(of, decay.Confirmable) else None
    return decay.age_words(timezone.now() - moment) if moment else ""
