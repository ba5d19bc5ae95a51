"""What an import did, counted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _


@dataclass
class Tally:
    """Records of one type that a file named."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def count(self, *, created: bool, changed: bool) -> None:
        if created:
            self.created += 1
        elif changed:
            self.updated += 1
        else:
            self.unchanged += 1


@dataclass
class Report:
    """The answer of an import: tallies by line type, and whether it was only tried."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    dry_run: bool = False

    def as_json(self) -> dict[str, object]:
        return {**{name: asdict(tally) for name, tally in self.tallies.items()}, "dry_run": self.dry_run}

    def as_text(self, names: Mapping[str, str]) -> str:
        """One line a type, named by `names`."""
        head = _("試しに読み込みました。何も保存していません。") if self.dry_run else _("取り込みました。")
        lines = [
            _("  %(name)s: 新規 %(created)d件 / 変更 %(updated)d件 / 変更なし %(unchanged)d件")
            % {"name": names[name], **asdict(tally)}
            for name, tally in self.tallies.items()
        ]
        return "\n".join([head, *lines])
