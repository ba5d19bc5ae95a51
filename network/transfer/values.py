"""Checks for the values this domain writes: dates, codes of public registers, addresses of people."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.validators import URLValidator, validate_email
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.codes import INDUSTRIES, CodeList
from network.corporate_number import normalize_corporate_number
from network.transfer.shapes import Check, Refusal, expect, one_of, refuse, shown, text, validated


def day(value: Any) -> date:
    """An ISO 8601 date with hyphens."""
    expect(value, str, gettext_lazy("日付（例: 2027-03-31）"))
    try:
        if len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise refuse(_("「%(value)s」は日付ではありません（例: 2027-03-31）。") % {"value": shown(value)})


def moment(value: Any) -> datetime:
    """An ISO 8601 date and time with its offset, or a date, which means its first moment in Tokyo."""
    expect(value, str, gettext_lazy("日時（例: 2026-04-01T09:00:00+09:00）"))
    try:
        found = parse_datetime(value)
        if len(value) == 10:
            found = datetime.combine(day(value), datetime.min.time(), timezone.get_default_timezone())
    except (ValueError, Refusal):
        found = None
    if found is None or timezone.is_naive(found):
        raise refuse(
            _("「%(value)s」は時差つきの日時ではありません（例: 2026-04-01T09:00:00+09:00）。")
            % {"value": shown(value)}
        )
    return found


def identifier(value: Any) -> str:
    """An external id or code: it stands in addresses, so nothing that would cut one may be in it."""
    found: str = text(64)(value)
    if any(character in "/?#%\\" or character.isspace() for character in found):
        raise refuse(_("空白と / ? # % \\ は使えません。"))
    return found


def code_of(codes: CodeList, *, called: str) -> Check:
    """A code of a list."""
    return one_of(codes, called=called)


def industry(value: Any) -> str:
    """A JSIC major; a middle class stands for its major."""
    known: str = code_of(INDUSTRIES, called=_("業種"))(value)
    return INDUSTRIES[known].fields["parent"] or known


def corporate_number(value: Any) -> str:
    """A 法人番号 whose check digit fits, in half-width digits."""
    expect(value, str, gettext_lazy("13桁の数字の文字列"))
    return str(validated(normalize_corporate_number, value))


def municipality_check_digit(code: str) -> str:
    """The sixth digit of a 全国地方公共団体コード: (11 − (6a+5b+4c+3d+2e) mod 11) mod 10."""
    return str((11 - sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=True)) % 11) % 10)


def municipality_of(known: dict[str, str]) -> Check:
    """A municipality's code, with five digits or with the check digit as a sixth; retired codes are accepted."""

    def check(value: Any) -> str:
        expect(value, str, gettext_lazy("5桁の市区町村コードの文字列"))
        if not (value.isascii() and value.isdigit() and len(value) in {5, 6}):
            raise refuse(_("市区町村コードは5桁の数字（検査数字つきなら6桁）です。"))
        code = str(value[:5])
        if value[5:] and value[5:] != municipality_check_digit(code):
            raise refuse(_("市区町村コードの検査数字が合いません。5桁でも書けます。"))
        if code not in known:
            raise refuse(_("市区町村コード「%(code)s」は登録されていません。") % {"code": code})
        return code

    return check


def email(value: Any) -> str:
    """An e-mail address in lower case, as accounts are kept."""
    found = str(text(254)(value)).lower()
    validated(validate_email, found)
    return found


def email_or_nothing(value: Any) -> str:
    """An e-mail address as it is written, or empty for none."""
    found: str = text(254, blank=True)(value)
    if found:
        validated(validate_email, found)
    return found


def web_address(value: Any) -> str:
    """An address that begins with http:// or https://, or empty for none."""
    found: str = text(300, blank=True)(value)
    if found:
        validated(URLValidator(schemes=["http", "https"]), found)
    return found


def url(value: Any) -> str:
    """A web address, or words where it would stand; nothing that a browser would run when it is pressed."""
    found = str(text(500)(value))
    if ":" in found:
        validated(URLValidator(schemes=["http", "https"]), found)
    return found


def one_place(prefecture_of: Mapping[str, str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Lets a line's prefecture and municipality, where both are given, only stand together when they agree."""

    def make(fields: dict[str, Any]) -> dict[str, Any]:
        municipality, prefecture = fields.get("municipality"), fields.get("prefecture")
        if municipality and prefecture and prefecture_of[municipality] != prefecture:
            said = _("都道府県コード「%(prefecture)s」の市区町村ではありません。")
            raise Refusal(("municipality", said % {"prefecture": prefecture}))
        return fields

    return make
