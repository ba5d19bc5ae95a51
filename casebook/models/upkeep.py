"""How far the house has followed the clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Upkeep(models.Model):
    """The one row that says which day `casebook.upkeep` caught up with."""

    day = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("日々の更新")

    def __str__(self) -> str:
        return f"{self.day or '-'}"
