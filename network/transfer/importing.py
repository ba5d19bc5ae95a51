"""Takes a network file in: all of it, or nothing."""

from collections.abc import Iterable
from typing import BinaryIO

from network.models import Organization
from network.signals import organization_changed
from network.transfer.capabilities import write_capabilities
from network.transfer.counts import Report
from network.transfer.known import Known
from network.transfer.labs import write_labs
from network.transfer.lines import seekable
from network.transfer.network_file import read_network
from network.transfer.organizations import OrganizationWriter
from network.transfer.people import write_people
from network.transfer.reading import Line
from network.transfer.relations import write_collaborations, write_ties
from network.transfer.writing import Say, all_or_nothing, batched


def import_network(source: BinaryIO, *, dry_run: bool = False, say: Say = lambda _said: None) -> Report:
    """Creates or updates what the file's lines name. Raises TransferError, and then nothing has changed.

    A dry run does everything but keep it, and sends no news.
    """
    with all_or_nothing(dry_run=dry_run):
        known = Known.load()
        by_type = read_network(seekable(source), known, say)
        report, changed = _write(by_type, known, say)
        report.dry_run = dry_run
        if not dry_run:
            for organization in changed:
                organization_changed.send(sender=Organization, organization=organization)
    return report


def _write(by_type: dict[str, list[Line]], known: Known, say: Say) -> tuple[Report, list[Organization]]:
    """Writes in an order in which every reference finds its record; also returns the organizations concerned."""
    report, writer = Report(), OrganizationWriter(known)
    tallies = report.tallies
    tallies["capability"] = write_capabilities(by_type["capability"], known)
    tallies["lab"] = write_labs(by_type["lab"], known)
    tallies["organization"] = writer.write(by_type["organization"], say)
    tallies["collaboration"], collaborating = write_collaborations(by_type["collaboration"], known)
    tallies["tie"], tied = write_ties(by_type["tie"], known)
    tallies["person"] = write_people(by_type["person"], known)
    others = (collaborating | tied) - {organization.pk for organization in writer.changed}
    return report, writer.changed + [record for pks in batched(sorted(others)) for record in _organizations(pks)]


def _organizations(pks: Iterable[int]) -> list[Organization]:
    return list(Organization.objects.filter(pk__in=pks))
