"""What is wrong with a file, told line by line and field by field."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MAX_SHOWN = 20
MAX_KEPT = 1000
"""A file that is wrong everywhere must not fill the memory with messages."""


@dataclass(frozen=True, order=True)
class LineError:
    """One mistake. Line 0 is the file as a whole; an empty field is the line as a whole."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        if not self.line:
            return self.message
        place = _("%(line)d行目") % {"line": self.line}
        return f"{place} {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class TransferError(Exception):
    """The file was refused and nothing was changed. `errors` are the first ones by line, `more` counts the others."""

    def __init__(self, errors: list[LineError], more: int = 0) -> None:
        self.errors, self.more = errors, more
        lines = [str(error) for error in errors]
        if more:
            lines.append(_("ほかに%(count)d件の誤りがあります。") % {"count": more})
        super().__init__("\n".join(lines))


@dataclass
class Problems:
    """Collects mistakes over a whole file, so that one run shows them all."""

    kept: list[LineError] = field(default_factory=list)
    total: int = 0

    def add(self, line: int, field: str, message: str) -> None:
        self.total += 1
        if len(self.kept) < MAX_KEPT:
            self.kept.append(LineError(line, field, message))

    def add_all(self, line: int, problems: Iterable[tuple[str, str]]) -> None:
        """Adds `(field, message)` pairs of one line."""
        for name, message in problems:
            self.add(line, name, message)

    def raise_any(self) -> None:
        """Raises TransferError when anything was collected."""
        if self.total:
            shown = sorted(self.kept, key=lambda error: error.line)[:MAX_SHOWN]
            raise TransferError(shown, self.total - len(shown))


def whole_file(message: str) -> TransferError:
    """An error that no single line is to blame for."""
    return TransferError([LineError(0, "", message)])
