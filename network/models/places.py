"""Municipalities and the regional labs (地域DX推進ラボ)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from network.codes import PREFECTURES, KnownCode
from network.text import as_katakana


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def named(self, typed: str) -> "MunicipalityQuerySet":
        """Those in force whose name, reading, district or prefecture holds every typed word; hiragana and full-width
        letters are understood, and a prefecture written in front. None for no words."""
        words = [part for word in as_katakana(typed).split()[:MOST_WORDS] for part in _split_prefecture(word)]
        found = self.filter(retired_on__isnull=True) if words else self.none()
        for word in words:
            there = [entry.code for entry in PREFECTURES.values() if entry.name_ja.startswith(word)]
            in_name = Q(name__contains=word) | Q(district__contains=word) | Q(kana__contains=word)
            found = found.filter(in_name | Q(prefecture__in=there))
        return found


MOST_WORDS = 5


def _split_prefecture(word: str) -> list[str]:
    """静岡県浜松市 as 静岡県 and 浜松市."""
    for entry in PREFECTURES.values():
        if word.startswith(entry.name_ja) and word != entry.name_ja:
            return [entry.name_ja, word.removeprefix(entry.name_ja)]
    return [word]


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

    objects = MunicipalityQuerySet.as_manager()

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


class RegistryVersion(models.Model):
    """One row that counts the registry's changes, in the order in which they were committed.

    Whoever keeps something computed from the registry asks here whether it still holds, and reads only the
    organizations whose `registry_version` is newer.
    """

    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("登録簿の版")

    def __str__(self) -> str:
        return str(self.version)

    @classmethod
    def current(cls) -> int:
        """The version of what is committed now; 0 before the first change."""
        return cls.objects.values_list("version", flat=True).first() or 0

    @classmethod
    def following(cls) -> int:
        """Counts one change. Called last in its transaction, which holds the row until it ends: so versions are
        committed in their order, and writers wait for each other only at the end."""
        if not cls.objects.filter(pk=1).update(version=models.F("version") + 1):
            cls.objects.get_or_create(pk=1)
            cls.objects.filter(pk=1).update(version=models.F("version") + 1)
        return cls.objects.get(pk=1).version
