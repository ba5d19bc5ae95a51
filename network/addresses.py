"""What may stand in an address where a record's number belongs."""

from django.urls import register_converter


class RecordNumber:
    """Digits that a database key can have; Django's `int` takes any length, and the database raises on them."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(RecordNumber, "record")
