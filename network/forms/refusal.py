"""What a verb refuses, said where the form has a place for it."""

from django import forms
from django.core.exceptions import ValidationError


def explain(form: forms.BaseForm, refused: ValidationError, *, otherwise: tuple[str, str] | None = None) -> None:
    """The verb's messages at the fields that they name; any other at the head of the form, or, with `otherwise`, as
    that sentence at that field: a constraint of two columns has no field of its own."""
    by_field = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
    for name, texts in by_field.items():
        if name in form.fields:
            form.add_error(name, texts)
        elif otherwise is not None:
            form.add_error(*otherwise)
        else:
            form.add_error(None, texts)
