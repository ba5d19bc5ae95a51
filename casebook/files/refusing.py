"""How a file is refused."""

from django.core.exceptions import ValidationError

FIELD = "file"
"""The form's field; what a file is refused for stands there."""


def refused(name: str, message: str, **more: object) -> ValidationError:
    """The message with the file's name put in for %(name)s, and whatever else it names."""
    return ValidationError({FIELD: message % {"name": name, **more}})
