"""The sealed record of who a client is: every opening and every writing of it is written down first."""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from matching.models import Client, ClientReading, Need
from matching.vocabulary import ClientDeed
from network.access import lab_ids_facilitated_by
from network.actions import ConflictError
from network.models import User

FIELDS = ("name", "corporate_number", "contact", "phone", "email", "note")


@transaction.atomic
def open_client(need: Need, *, by: User) -> Client:
    """The record, after writing down that `by` opened it; an empty one where nothing was ever written, which leaves no
    entry. Raises PermissionDenied unless `by` works on the need."""
    _works_on(need, by)
    found = Client.objects.filter(need=need).first()
    if found is None:
        return Client(need=need)
    _note(need, ClientDeed.OPENED, by)
    return found


@transaction.atomic
def write_client(need: Need, *, values: Mapping[str, str], expected: int, by: User) -> Client:
    """Store who the client is, or that nobody knows (every value empty); written down where something changes.

    Raises PermissionDenied unless `by` works on the need, ConflictError unless the record has the `expected` version
    (0 for none), ValidationError for bad fields, ValueError for a field that is none.
    """
    if foreign := set(values) - set(FIELDS):
        raise ValueError(f"not of a client: {', '.join(sorted(foreign))}")
    held = Need.objects.select_for_update(no_key=True, of=("self",)).get(pk=need.pk)
    _works_on(held, by)
    client = Client.objects.filter(need=held).first() or Client(need=held)
    if client.version != expected:
        raise ConflictError(client)
    changed = [name for name, value in values.items() if getattr(client, name) != value]
    if not changed:
        return client
    for name in changed:
        setattr(client, name, values[name])
    client.version += 1
    client.full_clean()
    client.save()
    _note(held, ClientDeed.WROTE, by)
    return client


def _works_on(need: Need, by: User) -> None:
    if not Need.objects.editable_by(by).contains(need):
        raise PermissionDenied


def _note(need: Need, deed: ClientDeed, by: User) -> None:
    with override(settings.LANGUAGE_CODE):  # whoever reads, the log speaks one language
        ours = lab_ids_facilitated_by(by).filter(lab=need.lab_id).exists()
        why = _("%(lab)sのファシリテーター") % {"lab": need.lab.name} if ours else _("共同担当")
    ClientReading.objects.create(need=need, deed=deed, by=by, by_name=by.called, why=str(why))
