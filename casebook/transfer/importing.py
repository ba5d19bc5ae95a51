"""Takes a case file in: all of it, or nothing."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from casebook.bearing import claims_of
from casebook.models import Case
from casebook.signals import case_changed
from casebook.transfer.case_lines import case_shape
from casebook.transfer.cases import CaseWriter
from casebook.transfer.teams import teams_of_cases
from network.actions import BorneOut, bear_out
from network.transfer.counts import Report
from network.transfer.errors import Problems
from network.transfer.known import Known
from network.transfer.lines import seekable
from network.transfer.reading import TELL_EVERY, Line, checked_lines, refuse_empty, refuse_repeated
from network.transfer.shapes import Shape
from network.transfer.writing import BATCH, Say, all_or_nothing, one_at_a_time


def import_cases(source: BinaryIO, *, dry_run: bool = False, say: Say = lambda _said: None) -> Report:
    """Creates or updates the file's cases. Raises TransferError, and then nothing has changed.

    Read twice, so that the texts of a large casebook never stand in memory together. A dry run sends no news.
    """
    with all_or_nothing(dry_run=dry_run):
        one_at_a_time()
        known, source = Known.load(), seekable(source)
        shape = case_shape(known, teams_of_cases())
        _check(source, shape, say)
        writer = CaseWriter(known)
        problems = Problems()
        claims: list[BorneOut] = []
        for count, batch in enumerate(_batches(checked_lines(source, shape, problems, lambda _said: None)), start=1):
            changed = writer.write(batch)
            if not dry_run:
                claims += claims_of(changed)
                for case in changed:
                    case_changed.send(sender=Case, case=case, in_bulk=True)
            if count * BATCH % TELL_EVERY == 0:
                say(_("事例を%(count)d件書き込みました") % {"count": count * BATCH})
        writer.related.write(problems)
        problems.raise_any()
        bear_out(claims)  # last: it holds the registry's counter, for which others may wait while they hold records
    return Report({"case": writer.tally}, dry_run)


def _check(source: BinaryIO, shape: Shape, say: Say) -> None:
    refuse_empty(source)
    problems = Problems()
    ids = (Line(line.number, {"id": line.fields["id"]}) for line in checked_lines(source, shape, problems, say))
    refuse_repeated(ids, "id", problems)
    problems.raise_any()


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    remaining = iter(lines)
    while batch := list(islice(remaining, BATCH)):
        yield batch
