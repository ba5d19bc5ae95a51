"""Municipalities and the regional labs (地域DX推進ラボ)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from network.codes import PREFECTURES, KnownCode


class Municipality(models.Model):
    """One code of the 全国地方公共団体コード, in force or retired.

    Retired codes stay: records of their time keep them, and the successor says where they went.
    """

    code = models.CharField(max_length=5, primary_key=True)
    check_digit = models.CharField(max_length=1)
    prefecture = models.CharField(max_length=2, db_index=True)
    district = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=40)
    kana = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="wards")
    retired_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    class Meta:
        verbose_name = _("市区町村")
        ordering = ["code"]

    def __str__(self) -> str:
        return gettext("%(prefecture)s%(name)s") % {"prefecture": PREFECTURES.name(self.prefecture), "name": self.name}


class Lab(models.Model):
    """One of the 地域DX推進ラボ; its name identifies it in files."""

    name = models.CharField(_("名称"), max_length=40, unique=True)
    prefecture = models.CharField(_("都道府県"), max_length=2, validators=[KnownCode("prefectures")])
    bureau = models.CharField(_("経済産業局"), max_length=20, blank=True)
    round = models.PositiveSmallIntegerField(_("選定回"), null=True, blank=True)
    selected_on = models.CharField(_("選定年月"), max_length=7, blank=True)

    class Meta:
        verbose_name = _("地域DX推進ラボ")
        ordering = ["prefecture", "name"]

    def __str__(self) -> str:
        return self.name


class LabArea(models.Model):
    """A part of a lab's area: a whole prefecture, or one municipality."""

    lab = models.ForeignKey(Lab, models.CASCADE, related_name="areas")
    prefecture = models.CharField(max_length=2, validators=[KnownCode("prefectures")])
    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "prefecture"], condition=Q(municipality__isnull=True), name="lab_area_prefecture_once"
            ),
            models.UniqueConstraint(fields=["lab", "municipality"], name="lab_area_municipality_once"),
        ]

    def __str__(self) -> str:
        return f"{self.lab}: {self.municipality or PREFECTURES.name(self.prefecture)}"


class VocabularyVersion(models.Model):
    """The fingerprint of the data files that the vocabulary tables hold now."""

    fingerprint = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("語彙の版")

    def __str__(self) -> str:
        return self.fingerprint
