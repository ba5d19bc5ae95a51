"""Who was proposed for a need, and who would have fitted as well: what fair exposure is computed from."""

from datetime import date

from django.db import models

from matching.models.needs import Need

Places = list[tuple[str, list[str]]]
KEPT_DAYS = 180
"""After two half-lives a proposal hardly counts any more."""


class ExposureQuerySet(models.QuerySet["Exposure"]):
    def before(self, day: date) -> "ExposureQuerySet":
        """What counts on a day: of the days before it, so that no proposal of the same day changes another."""
        return self.filter(day__lt=day, day__gte=date.fromordinal(day.toordinal() - KEPT_DAYS))


class Exposure(models.Model):
    """One need on one day (Asia/Tokyo), as its last proposal of that day had it; external ids."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="exposures")
    day = models.DateField(db_index=True)
    places: "models.JSONField[Places, Places]" = models.JSONField(default=list)
    """Each member of the first team with all who would have fitted its place."""
    price: "models.IntegerField[int | None, int | None]" = models.IntegerField(null=True)
    """What fair exposure cost the first team, in 1e-6; null where it is not known."""

    objects = ExposureQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [models.UniqueConstraint(fields=["need", "day"], name="exposure_once_a_day")]

    def __str__(self) -> str:
        return f"{self.need_id} {self.day}"
