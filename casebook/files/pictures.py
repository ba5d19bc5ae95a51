"""Pictures: drawn anew, so that nothing but the picture is left.

EXIF with the place it was taken, XMP, comments, colour profiles, text and whatever hangs behind the picture stay
behind; the orientation that EXIF told is applied.
"""

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from casebook.files.refusing import refused

MAX_PIXELS = 25_000_000
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
BROKEN = (
    *BOMBS,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    MemoryError,
    OverflowError,
    IndexError,
    KeyError,
    TypeError,
)
"""What Pillow raises over what is no picture."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format as Pillow calls it, and what is written for it."""

    read: str
    write: str
    modes: tuple[str, ...]
    options: dict[str, int]


FORMATS = {
    "jpeg": Format("JPEG", "JPEG", ("L", "RGB"), {"quality": 90}),
    "png": Format("PNG", "PNG", ("L", "RGB", "RGBA"), {}),
    "webp": Format("WEBP", "WEBP", ("RGB", "RGBA"), {"quality": 90}),
    "gif": Format("GIF", "PNG", ("L", "RGB", "RGBA"), {}),  # its 256 colours need no compression that loses some
}


def redrawn(name: str, kind: str, content: bytes) -> bytes:
    """The picture without anything beside it; a GIF comes back as PNG.

    Raises ValidationError for a broken picture, one of more than MAX_PIXELS, and one that moves. Of the several
    pictures in a telephone's JPEG the first is kept.
    """
    form = FORMATS[kind]
    try:
        with Image.open(io.BytesIO(content), formats=[form.read]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_large(name)
            if kind != "jpeg" and getattr(picture, "is_animated", False):
                raise refused(name, _("「%(name)s」は動く画像です。静止画にして保存し直してください。"))
            ImageOps.exif_transpose(picture, in_place=True)
            return _written(picture, form)
    except BOMBS:
        raise _too_large(name) from None
    except BROKEN:
        raise refused(name, _("「%(name)s」は画像として読めません。開いて保存し直してください。")) from None


def _written(picture: Image.Image, form: Format) -> bytes:
    mode = _mode(picture, form)
    bare = Image.new(mode, picture.size)  # the picture still carries what it was read with
    bare.paste(picture if picture.mode == mode else picture.convert(mode))
    written = io.BytesIO()
    bare.save(written, form.write, **form.options)
    return written.getvalue()


def _mode(picture: Image.Image, form: Format) -> str:
    """The nearest of the modes that can be written: grey stays grey, see-through stays see-through."""
    grey = picture.mode in {"1", "L"} and "transparency" not in picture.info
    if grey and "L" in form.modes:
        return "L"
    return "RGBA" if "RGBA" in form.modes and picture.has_transparency_data else "RGB"


def _too_large(name: str) -> Exception:
    return refused(name, _("「%(name)s」は画素が多すぎます（2,500万画素まで）。縮小して保存し直してください。"))
