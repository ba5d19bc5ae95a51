"""Files of cases: had by whoever may read their section, changed by who writes the case."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access.addresses import number
from tests.cast import World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
casebook:attachment                     GET    draft/draft             404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:attachment                     GET    network/network         404 404 200 200 200 200 200 200 200 404 404 404 200 404
casebook:attachment                     GET    public/public           200 200 200 200 200 200 200 200 200 200 200 200 200 200
casebook:attachment                     GET    lab/lab                 404 404 200 404 200 200 200 404 404 404 404 404 404 404
casebook:attachment                     GET    team/team               404 404 404 404 200 200 404 404 404 404 404 404 200 404
casebook:attachment                     GET    takendown/takendown     404 404 404 404 200 200 404 404 200 404 404 404 404 404
casebook:attachment                     GET    withdrawn/withdrawn     404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:attachment                     GET    written/written         404 404 404 404 200 200 404 404 404 404 404 404 404 200
casebook:attachment                     GET    public/unpublished      404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:attachment                     GET    public/draft            404 404 404 404 404 404 404 404 404 404 404 404 404 404
casebook:attachment                     GET    public/missing          404 404 404 404 404 404 404 404 404 404 404 404 404 404
casebook:attachment                     GET    missing/missing         404 404 404 404 404 404 404 404 404 404 404 404 404 404
casebook:attachments                    GET    draft                   302 404 404 404 403 200 404 404 404 404 404 302 404 404
casebook:attachments                    GET    network                 302 404 403 403 403 200 403 403 403 404 404 302 403 404
casebook:attachments                    GET    public                  302 403 403 403 403 200 403 403 403 403 403 302 403 403
casebook:attachments                    GET    written                 302 404 404 404 403 200 404 404 404 404 404 302 404 200
casebook:attachments                    GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:attachments                    POST   draft                   302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:attachments                    POST   network                 302 404 403 403 403 302 403 403 403 404 404 302 403 404
casebook:attachments                    POST   public                  302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:attachments                    POST   written                 302 404 404 404 403 302 404 404 404 404 404 302 404 302
casebook:attachments                    POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:describe_file                  POST   public/unpublished      302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:describe_file                  POST   public/public           302 403 403 403 403 422 403 403 403 403 403 302 403 403
casebook:describe_file                  POST   written/written         302 404 404 404 403 422 404 404 404 404 404 302 404 422
casebook:describe_file                  POST   draft/draft             302 404 404 404 403 422 404 404 404 404 404 302 404 404
casebook:describe_file                  POST   public/draft            302 403 403 403 403 404 403 403 403 403 403 302 403 403
casebook:describe_file                  POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:remove_file                    GET    public/unpublished      302 403 403 403 403 200 403 403 403 403 403 302 403 403
casebook:remove_file                    GET    draft/draft             302 404 404 404 403 200 404 404 404 404 404 302 404 404
casebook:remove_file                    GET    written/written         302 404 404 404 403 200 404 404 404 404 404 302 404 403
casebook:remove_file                    GET    public/draft            302 403 403 403 403 404 403 403 403 403 403 302 403 403
casebook:remove_file                    GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
casebook:remove_file                    POST   public/unpublished      302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:remove_file                    POST   draft/draft             302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:remove_file                    POST   written/written         302 404 404 404 403 302 404 404 404 404 404 302 404 403
casebook:remove_file                    POST   public/draft            302 403 403 403 403 404 403 403 403 403 403 302 403 403
casebook:remove_file                    POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
api-attachment-list                     GET    case-draft              404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-attachment-list                     GET    case-network            404 404 200 200 200 200 200 200 200 404 404 404 200 404
api-attachment-list                     GET    case-public             200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-attachment-list                     GET    case-lab                404 404 200 404 200 200 200 404 404 404 404 404 404 404
api-attachment-list                     GET    case-takendown          404 404 404 404 200 200 404 404 200 404 404 404 404 404
api-attachment-list                     GET    case-withdrawn          404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-attachment-list                     GET    case-written            404 404 404 404 200 200 404 404 404 404 404 404 404 200
api-attachment-list                     GET    missing                 404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-attachment-detail                   GET    draft/draft             404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-attachment-detail                   GET    network/network         404 404 200 200 200 200 200 200 200 404 404 404 200 404
api-attachment-detail                   GET    public/public           200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-attachment-detail                   GET    lab/lab                 404 404 200 404 200 200 200 404 404 404 404 404 404 404
api-attachment-detail                   GET    team/team               404 404 404 404 200 200 404 404 404 404 404 404 200 404
api-attachment-detail                   GET    takendown/takendown     404 404 404 404 200 200 404 404 200 404 404 404 404 404
api-attachment-detail                   GET    withdrawn/withdrawn     404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-attachment-detail                   GET    written/written         404 404 404 404 200 200 404 404 404 404 404 404 404 200
api-attachment-detail                   GET    public/unpublished      404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-attachment-detail                   GET    public/draft            404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-attachment-detail                   GET    public/missing          404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-attachment-detail                   GET    missing/missing         404 404 404 404 404 404 404 404 404 404 404 404 404 404
"""


def case_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.cases, thing)}


def file_of(world: World, thing: str) -> dict[str, Any]:
    case, file = thing.split("/")
    return {"pk": number(world.cases, case), "attachment": number(world.files, file)}


def file_in_api(world: World, thing: str) -> dict[str, Any]:
    case, file = thing.split("/")
    return {"external_id": f"case-{case}", "pk": number(world.files, file)}


def upload(_world: World) -> dict[str, Any]:
    return {"section": "lessons", "file": SimpleUploadedFile("手順.txt", "棚卸しの手順".encode())}


PLACES = {
    "casebook:attachments": case_of,
    "casebook:attachment": file_of,
    "casebook:describe_file": file_of,
    "casebook:remove_file": file_of,
    "api-attachment-list": lambda _world, thing: {"external_id": thing},
    "api-attachment-detail": file_in_api,
}
BODIES = {
    ("casebook:attachments", "POST"): upload,
    ("casebook:describe_file", "POST"): lambda _world: {"description": "棚卸しの手順書"},
}
