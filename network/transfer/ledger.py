"""What an import leaves behind beside the rows themselves: the history of each record, the registry's version."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection
from django.utils import timezone

from network.history.record import Difference
from network.models import Change, Organization, RegistryVersion, User
from network.signals import organization_changed
from network.transfer.writing import BATCH, batched
from network.vocabulary import Deed


class Ledger:
    """Notes what one import changes; one entry of the history an organization, whatever parts of it changed.

    Made inside the import's transaction. An organization that the file may change is locked first (`lock`): what is
    noted happened after everything that others have done to it.
    """

    def __init__(self, by: User | None) -> None:
        self.by = by
        self.at: datetime = timezone.now()
        self.concerned: set[int] = set()
        """Organizations of which anything changed, whether the history speaks of it or not."""
        self._entries: dict[int, int] = {}
        """The entry of this import by organization."""

    def lock(self, organizations: Iterable[int]) -> None:
        """Holds these until the transaction ends, always in the same order: two imports wait for each other rather
        than each for the other. Where a writer has the whole database there is nothing to do."""
        if connection.features.has_select_for_update:
            for pks in batched(sorted(set(organizations))):
                rows = Organization.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks)
                list(rows.order_by("pk").values_list("pk"))
        self.at = timezone.now()

    def created(self, records: Iterable[Organization]) -> None:
        """New organizations. Before its registration a record was nothing, so their entries hold no more than that."""
        self.note({record.pk: {"active": [None, record.is_active]} for record in records}, deed=Deed.CREATED)

    def note(self, changes: Mapping[int, Difference], *, deed: Deed = Deed.IMPORTED) -> None:
        """What changed, by organization and path."""
        self.concerned |= changes.keys()
        self._extend({pk: paths for pk, paths in changes.items() if paths and pk in self._entries})
        fresh = [self._entry(pk, paths, deed) for pk, paths in changes.items() if paths and pk not in self._entries]
        Change.objects.bulk_create(fresh, batch_size=BATCH)
        self._entries |= {entry.organization_id: entry.pk for entry in fresh}

    def close(self) -> None:
        """Counts the registry's version, once for the whole import, and tells the house; the last thing that an import
        does, because the counter stays locked until its transaction ends."""
        if not self.concerned:
            return
        version = RegistryVersion.following()
        for pks in batched(sorted(self.concerned)):
            Organization.objects.filter(pk__in=pks).update(registry_version=version)
        if organization_changed.has_listeners(Organization):
            for pks in batched(sorted(self.concerned)):
                for organization in Organization.objects.filter(pk__in=pks).order_by("pk"):
                    organization_changed.send(sender=Organization, organization=organization)

    def _entry(self, pk: int, paths: Difference, deed: Deed) -> Change:
        name = str(self.by)[:120] if self.by else ""
        return Change(organization_id=pk, at=self.at, by=self.by, by_name=name, deed=deed, changes=paths)

    def _extend(self, changes: Mapping[int, Difference]) -> None:
        for pks in batched(list(changes)):
            entries = list(Change.objects.filter(pk__in=[self._entries[pk] for pk in pks]))
            for entry in entries:
                entry.changes |= changes[entry.organization_id]
            Change.objects.bulk_update(entries, ["changes"])
