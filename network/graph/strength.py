"""How well two organizations know each other, from what they finished together."""

import math
from datetime import date

ENGAGEMENT_SCALE = 2.5
"""Engagements after which two organizations know each other to 63 %."""
FADING_HALF_LIFE_YEARS = 5.0
DAYS_PER_YEAR = 365.25


def strength(engagements: int, last: date | None, today: date) -> float:
    """In [0, 1): 1 − exp(−n/2.5), halved every five years since the last one."""
    known = 1 - math.exp(-engagements / ENGAGEMENT_SCALE)
    years = max((today - last).days, 0) / DAYS_PER_YEAR if last else 0.0
    return known * math.exp2(-years / FADING_HALF_LIFE_YEARS)
