"""What is written about an office, in the form in which it is kept."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HYPHENS = re.compile(r"[\u2010-\u2015\u2212\u30fc]")


def phone_number(written: str) -> str:
    """A phone number in half-width with hyphens. Raises ValidationError for anything else."""
    narrow = HYPHENS.sub("-", unicodedata.normalize("NFKC", written)).replace("(", "-").replace(")", "-")
    narrow = re.sub(r"-{2,}", "-", narrow.replace(" ", "")).strip("-")
    if narrow and not re.fullmatch(r"\+?[0-9](-?[0-9]){4,17}", narrow):
        raise ValidationError(_("電話番号は数字とハイフンで入力してください（例: 053-123-4567）。"))
    if len(narrow) > 20:
        raise ValidationError(_("電話番号は20文字までで入力してください。"))
    return narrow
