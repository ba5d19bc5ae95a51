"""Takes a network file in: all of it, or nothing."""

from collections.abc import Iterator
from typing import BinaryIO

from network.models import Membership, User
from network.transfer.capabilities import write_capabilities
from network.transfer.counts import Report
from network.transfer.known import Known
from network.transfer.labs import write_labs
from network.transfer.ledger import Ledger
from network.transfer.lines import seekable
from network.transfer.network_file import read_network
from network.transfer.organizations import OrganizationWriter
from network.transfer.people import write_people
from network.transfer.reading import Line
from network.transfer.relations import write_collaborations, write_ties
from network.transfer.writing import Say, all_or_nothing, batched, one_at_a_time


def import_network(
    source: BinaryIO, *, dry_run: bool = False, say: Say = lambda _said: None, by: User | None = None
) -> Report:
    """Creates or updates what the file's lines name, in the name of `by`, or of nobody for the operator's commands.

    Raises TransferError, and then nothing has changed. A dry run does everything but keep it, and sends no news.
    """
    with all_or_nothing(dry_run=dry_run):
        one_at_a_time()
        known, ledger = Known.load(), Ledger(by)
        by_type = read_network(seekable(source), known, say)
        ledger.lock(_named(by_type, known))
        report = _write(by_type, known, ledger, say)
        report.dry_run = dry_run
        if not dry_run:
            ledger.close()
    return report


def _named(by_type: dict[str, list[Line]], known: Known) -> Iterator[int]:
    """The stored organizations that the lines may change."""
    ids = [line.fields["id"] for line in by_type["organization"]]
    ids += [id_ for type_ in ("collaboration", "tie") for line in by_type[type_] for id_ in line.fields["between"]]
    ids += [entry["organization"] for line in by_type["person"] for entry in line.fields.get("memberships", ())]
    yield from (known.organizations[id_] for id_ in ids if id_ in known.organizations)
    people = [known.users[email] for line in by_type["person"] if (email := line.fields["email"]) in known.users]
    for pks in batched(people):
        yield from Membership.objects.filter(user__in=pks).values_list("organization_id", flat=True)


def _write(by_type: dict[str, list[Line]], known: Known, ledger: Ledger, say: Say) -> Report:
    """Writes in an order in which every reference finds its record."""
    report = Report()
    tallies = report.tallies
    tallies["capability"] = write_capabilities(by_type["capability"], known)
    tallies["lab"] = write_labs(by_type["lab"], known)
    organizations = OrganizationWriter(known, ledger)
    tallies["organization"] = organizations.write(by_type["organization"], say)
    tallies["collaboration"] = write_collaborations(by_type["collaboration"], known, ledger)
    tallies["tie"] = write_ties(by_type["tie"], known, ledger)
    tallies["person"] = write_people(by_type["person"], known, ledger)
    organizations.experts.link()
    return report
