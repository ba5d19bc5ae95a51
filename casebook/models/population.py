"""How many companies there are of a kind in a place, where somebody counted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from network.models import Municipality
from network.text import clean_line


class EstablishmentCount(models.Model):
    """A published count of companies; `municipality` empty for a whole prefecture, `industry` and `size_band` empty
    for all of them."""

    prefecture = models.CharField(max_length=2)
    municipality = models.ForeignKey(Municipality, models.CASCADE, null=True, blank=True, related_name="+")
    industry = models.CharField(max_length=1, blank=True)
    size_band = models.CharField(max_length=10, blank=True)
    count = models.PositiveIntegerField()
    source = models.CharField(max_length=200, validators=[clean_line])
    as_of = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("事業所数")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "industry", "size_band"],
                condition=Q(municipality__isnull=False),
                name="establishments_once_per_municipality",
            ),
            models.UniqueConstraint(
                fields=["prefecture", "industry", "size_band"],
                condition=Q(municipality__isnull=True),
                name="establishments_once_per_prefecture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefecture}/{self.municipality_id}/{self.industry}/{self.size_band}: {self.count}"
