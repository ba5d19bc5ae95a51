"""Tables in and out: for who keeps some record; a run is its person's own."""

from typing import Any

from django.core.files.base import ContentFile

from network.models import ImportRun
from tests.access.addresses import MISSING
from tests.cast import World

MATRIX = """
network:tables                          GET    -                       302 403 403 200 403 200 403 403 200 403 403 302 403 403
network:tables                          POST   -                       302 403 403 422 403 422 403 403 422 403 403 302 403 403
network:tables_template                 GET    csv                     302 403 403 200 403 200 403 403 200 403 403 302 403 403
network:tables_template                 GET    xlsx                    302 403 403 200 403 200 403 403 200 403 403 302 403 403
network:tables_template                 GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:tables_export                   GET    csv                     302 403 403 200 403 200 403 403 200 403 403 302 403 403
network:tables_export                   GET    xlsx                    302 403 403 200 403 200 403 403 200 403 403 302 403 403
network:tables_export                   GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:table                           GET    run                     302 404 404 404 404 200 404 404 404 404 404 302 404 404
network:table                           GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:table_apply                     POST   run                     302 404 404 404 404 302 404 404 404 404 404 302 404 404
network:table_apply                     POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:table_discard                   POST   run                     302 404 404 404 404 302 404 404 404 404 404 302 404 404
network:table_discard                   POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
"""


def form_of(_world: World, thing: str) -> dict[str, Any]:
    return {"form": thing}


def run_of(world: World, thing: str) -> dict[str, Any]:
    """The editor's own run, made when first asked for."""
    if thing == "missing":
        return {"pk": MISSING}
    found = ImportRun.objects.filter(by=world.people["editor"]).first()
    if found is None:
        found = ImportRun(by=world.people["editor"], name="table.csv")
        found.upload.save("table", ContentFile("機関ID\r\nowner\r\n".encode()), save=False)
        found.save()
    return {"pk": found.pk}


PLACES = {
    "network:tables_template": form_of,
    "network:tables_export": form_of,
    "network:table": run_of,
    "network:table_apply": run_of,
    "network:table_discard": run_of,
}
