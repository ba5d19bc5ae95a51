"""What the API says when it says no: one body for every refusal, `{"errors": [{"field", "message"}]}`."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

from network.accounts import second_factor
from network.api.versions import PreconditionFailed, etag_of
from network.transfer.shapes import Refusal

MESSAGES = {
    400: _("本文をJSONとして読めません。UTF-8のJSONで送ってください。"),
    401: _("認証が必要です。アカウントのページでAPIトークンを作り、Authorization: Token … を付けてください。"),
    403: _("この操作はできません。編集できる人に依頼してください。"),
    404: _("見つかりません。アドレスが変わったか、ご覧になれないものです。"),
    405: _("このアドレスでは使えないメソッドです。応答のAllowヘッダーにあるものを使ってください。"),
    406: _("応答はJSONだけです。Acceptヘッダーを外すか、application/json にしてください。"),
    412: _("ほかの人が先に変えています。currentにいまの内容があります。確かめてから、新しいETagで送り直してください。"),
    413: _("本文が大きすぎます。分けて送ってください。"),
    415: _("本文はJSONで送ってください（Content-Type: application/json）。"),
    428: _("変更の元になった内容を示してください。GETで受け取ったETagを If-Match ヘッダーに付けて送り直してください。"),
    429: _("アクセスが多すぎます。Retry-Afterヘッダーの秒数だけ待ってから、もう一度送ってください。"),
    503: _("混み合っています。何も変えていません。Retry-Afterヘッダーの秒数だけ待ってから、もう一度送ってください。"),
}
"""By status. Never more than the status tells: a hidden object and a missing one must read the same."""
BAD_TOKEN = _("APIトークンが無効です。アカウントのページで作り直してください。")
BAD_CSRF = _("確認用の符号（X-CSRFToken）が合いません。ページを読み直すか、APIトークンを使ってください。")

COMPACT = {"ensure_ascii": False, "separators": (",", ":")}
"""As DRF writes its answers."""

MERGED = "merged"
"""The code of a 404 that says where a record went, to who may see it there."""

Problems = Iterable[tuple[str, str]]


class TooLarge(exceptions.APIException):
    """The body is larger than the site takes."""

    status_code = 413
    default_code = "too_large"


class Conflict(exceptions.APIException):
    """What was asked for does not go any more, or not yet: 409 with everything that stands against it."""

    status_code = 409
    default_code = "conflict"

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__()
        self.problems = problems


class ErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="本文やクエリのどこか。全体のことなら空", allow_blank=True)
    message = serializers.CharField()


class ErrorsSerializer(serializers.Serializer[Any]):
    errors = ErrorSerializer(many=True)  # type: ignore[assignment]  # the key of the body; hides DRF's own property


def refusals(*statuses: int) -> dict[int, type[ErrorsSerializer]]:
    """The refusals of an operation, for its description."""
    return dict.fromkeys(statuses, ErrorsSerializer)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as JSON; None for what is a fault of ours."""
    if isinstance(error, Refusal):
        return Response(body_of(error.problems), status=422)
    if isinstance(error, DjangoValidationError):
        return Response(body_of(model_problems(error)), status=422)
    if isinstance(error, exceptions.ValidationError):
        return Response(body_of(field_problems(error.detail)), status=422)
    response = exception_handler(error, context)
    if response is not None:
        told = error.problems if isinstance(error, Conflict) else [("", message(error, response.status_code))]
        response.data = body_of(told)
        if isinstance(error, PreconditionFailed):
            response.data["current"] = error.current
            if error.current is not None:
                response["ETag"] = etag_of(error.current)
    return response


def message(error: Exception, status: int) -> str:
    """The sentence for a status, made more exact where that tells nothing about anybody's data."""
    if isinstance(error, exceptions.ParseError):
        return str(error.detail)
    if isinstance(error, exceptions.AuthenticationFailed):
        return str(BAD_TOKEN)
    if isinstance(error, exceptions.PermissionDenied) and str(error.detail).startswith("CSRF"):
        return str(BAD_CSRF)
    if isinstance(error, exceptions.PermissionDenied) and error.get_codes() == second_factor.MISSING:
        return str(error.detail)
    if isinstance(error, exceptions.NotFound) and error.get_codes() == MERGED:
        return str(error.detail)
    return str(MESSAGES.get(status, error))


def body_of(problems: Problems) -> dict[str, Any]:
    return {"errors": [{"field": field, "message": said} for field, said in problems]}


def model_problems(error: DjangoValidationError) -> list[tuple[str, str]]:
    """What a model's `full_clean` found, by field."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return [("" if name == "__all__" else name, said) for name, texts in by_field.items() for said in texts]


def field_problems(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """What a filter or a serializer found, by path."""
    if isinstance(detail, dict):
        for name, inside in detail.items():
            below = path if name == "non_field_errors" else f"{path}.{name}" if path else str(name)
            yield from field_problems(inside, below)
    elif isinstance(detail, list):
        for inside in detail:
            yield from field_problems(inside, path)
    else:
        yield path, str(detail)


def unknown_address(request: HttpRequest) -> JsonResponse:
    """An address below /api/ that leads nowhere: the same answer as for a missing object."""
    return JsonResponse(body_of([("", str(MESSAGES[404]))]), status=404, json_dumps_params=COMPACT)
