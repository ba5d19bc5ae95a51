"""法人番号: thirteen digits, the first of which checks the other twelve."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def check_digit(base: str) -> int:
    """9 − (Σ Pn·Qn mod 9) over the twelve base digits from the right, Q = 1 for odd n and 2 for even n
    (法人番号の指定等に関する省令 第2条)."""
    return 9 - sum(int(digit) * (1 + n % 2) for n, digit in enumerate(reversed(base))) % 9


def normalize_corporate_number(text: str) -> str:
    """Half-width digits without spaces or hyphens; raises ValidationError when they cannot be a 法人番号.

    A pass is no proof that the number was ever given out (0 and 9 look alike to the check).
    """
    digits = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "")
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        raise ValidationError(
            _("法人番号は13桁の数字です。桁数をご確認ください（例: 全角でも入力できます）。"), code="length"
        )
    if int(digits[0]) != check_digit(digits[1:]):
        raise ValidationError(
            _("法人番号の検査数字が合いません。13桁をもう一度ご確認ください（例: 全角でも入力できます）。"),
            code="check_digit",
        )
    return digits
