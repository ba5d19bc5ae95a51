"""Real little files of every kind, and such as were made to do harm."""

import io
import zipfile
import zlib

from PIL import Image, PngImagePlugin

GPS = {1: "N", 2: (35.0, 0.0, 39.5), 3: "E", 4: (139.0, 2.0, 10.5)}
MAKER = "zqcameraqz"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    """Left half red, right half blue, so that turning shows."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    return encoded(image.convert(mode), kind, **options)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation: int = 6) -> bytes:
    """What a telephone writes: its maker, the place, and how it was held."""
    found = Image.Exif()
    found[0x010F], found[0x0112], found[0x9286] = MAKER, orientation, b"UNICODE\0zqcommentqz"
    found[0x8825] = GPS
    return found.tobytes()


def photograph(orientation: int = 6) -> bytes:
    """A JPEG with EXIF and GPS, XMP, a colour profile and a comment."""
    return picture(
        "JPEG", exif=exif(orientation), comment=b"zqcommentqz", icc_profile=b"zqprofileqz" * 20,
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>zqxmpqz</x:xmpmeta>",
    )  # fmt: skip


def png_with_texts() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "zqcommentqz")
    texts.add_itxt("XML:com.adobe.xmp", "zqxmpqz")
    return picture("PNG", pnginfo=texts, exif=exif(), icc_profile=b"zqprofileqz" * 20)


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


def pdf(
    body: bytes = b"", *, objects: bytes = b"", head: bytes = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
) -> bytes:
    """A PDF with something in an object, or packed into an object stream."""
    stream = b""
    if objects:
        packed = zlib.compress(objects)
        stream = b"5 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (head, len(packed), packed)
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\n"
        b"endobj\n3 0 obj\n<< " + body + b" >>\nendobj\n" + stream + b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    )


def package(kind: str = "docx", *, more: dict[str, bytes] | None = None, types: bytes = b"<Types/>") -> bytes:
    """The least that passes for a document, with members added."""
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}[kind]
    return archive({"[Content_Types].xml": types, main: b"<x/>", **(more or {})})


def archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()
