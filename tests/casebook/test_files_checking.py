"""What a case takes and what it refuses, by what files hold."""

import io
import resource
import struct
import time
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from casebook.files import pictures
from casebook.files.checking import MAX_BYTES, checked
from casebook.files.kinds import BY_ENDING
from casebook.files.naming import LONGEST, clean_name
from network.text import clean_line
from tests.casebook.file_samples import (
    MAKER,
    archive,
    encoded,
    moving,
    package,
    pdf,
    photograph,
    picture,
    png_with_texts,
)

SECONDS, MEGABYTES = 15.0, 100
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def refused(name: str, content: bytes, match: str) -> None:
    """Refused for this reason, at the form's field, by name, quickly and in little memory."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(ValidationError) as refusal:
        checked(name, content)
    assert time.process_time() - begun < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024
    [said] = refusal.value.message_dict["file"]
    assert match in said
    assert f"「{clean_name(name)}」" in said
    assert said.endswith("ください。")


def workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.active.append(["品番", "在庫"])
    book.save(file)
    return file.getvalue()


# --- What is taken ------------------------------------------------------------------------------

TAKEN = {
    "報告.pdf": (pdf(), "application/pdf"),
    "棚.png": (picture("PNG"), "image/png"),
    "棚.jpg": (picture("JPEG"), "image/jpeg"),
    "棚.JPEG": (picture("JPEG"), "image/jpeg"),
    "棚.webp": (picture("WEBP"), "image/webp"),
    "手順.docx": (package("docx"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "在庫.xlsx": (workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "説明.pptx": (package("pptx"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "手順.txt": ("棚卸しの手順\r\n".encode(), "text/plain; charset=utf-8"),
    "印つき.csv": ("品番,在庫\r\n".encode("utf-8-sig"), "text/csv; charset=utf-8"),
    "在庫.csv": ("品番,在庫①\r\n".encode("cp932"), "text/csv; charset=Shift_JIS"),
    "MZ.txt": (b"MZ is a pair of letters\n", "text/plain; charset=utf-8"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_files_of_every_kind_are_taken(name):
    content, content_type = TAKEN[name]
    file = checked(name, content)
    assert (file.name, file.content_type) == (name, content_type)
    if not content_type.startswith("image/"):
        assert file.content == content, "what is no picture stays as it is, byte by byte"


def test_every_kind_was_tried():
    assert {f".{name.rpartition('.')[2].lower()}" for name in TAKEN} | {".gif"} == set(BY_ENDING)


# --- What is not what it says -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("棚.png", HTML, "ウェブページ"),
        ("棚.png", b"\xef\xbb\xbf \n" + HTML, "ウェブページ"),
        ("棚.jpg", SVG, "ウェブページ"),
        ("棚.png", b'<?xml version="1.0"?>' + SVG, "ウェブページ"),
        ("メモ.txt", HTML, "ウェブページ"),
        ("報告.pdf", HTML, "ウェブページ"),
        ("棚.png", picture("JPEG"), "JPEG"),
        ("棚.jpg", picture("WEBP"), "WebP"),
        ("棚.png", pdf(), "PDF"),
        ("手順.docx", workbook(), "Excel"),
        ("在庫.xlsx", archive({"payload.exe": b"MZ\0\0"}), "ZIP"),
        ("手順.docx", archive({"word/document.xml": b"<x/>"}), "ZIP"),
        ("報告.pdf", b"MZ\x90\0\3\0", "プログラム"),
        ("報告.pdf", b"\x7fELF\2\1\1\0", "プログラム"),
        ("手順.txt", b"\0\1\2\3", "種類のわからない"),
        ("手順.txt", "棚卸し".encode("utf-16"), "種類のわからない"),
        ("手順.csv", b"a,b\0,c", "種類のわからない"),
        ("手順.csv", b"\x81\x00\xff\xfe\xfd", "種類のわからない"),
        ("手順.txt", b"ok\x1b[2Jgone", "種類のわからない"),
        ("手順.txt", picture("PNG"), "PNG"),
        ("棚.png", "ただの文".encode(), "文字だけ"),
        ("棚.gif", b"RIFF\0\0\0\0WAVEfmt ", "種類のわからない"),
    ],
)
def test_a_name_and_a_content_that_differ_are_refused(name, content, found):
    refused(name, content, f"中身: {found}")


@pytest.mark.parametrize(
    "name",
    ["x.html", "x.svg", "x.exe", "x.js", "x.zip", "x.docm", "x.xlsm", "x.doc", "x", ".png", "x.png.html", "x.PDF "],
)
def test_kinds_that_no_case_takes_are_refused_by_name(name):
    if name == "x.PDF ":
        assert checked(name, pdf()).name == "x.PDF", "a space at the end is nobody's intention"
    else:
        refused(name, picture("PNG"), "添付できない種類")


def test_empty_and_too_large_files():
    refused("手順.txt", b"", "空です")
    refused("手順.txt", b"a" * (MAX_BYTES + 1), "8MBまで")
    assert checked("手順.txt", b"a" * MAX_BYTES).content


# --- PDF ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "acting",
    [
        b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
        b"/AA << /O << /S/JavaScript/JS 4 0 R >> >>",
        b"/S /#4a#61vaScript",
        b"/S /JavaScrip#74 /JS (x)",
        b"/S /Launch /F (cmd.exe)",
        b"/Names << /EmbeddedFiles 6 0 R >>",
        b"/Type /EmbeddedFile",
        b"/S /Rendition /JS (x)",
        b"/Subtype /RichMedia",
        b"/AcroForm << /XFA 7 0 R >>",
    ],
)
def test_a_pdf_that_acts_is_refused_wherever_it_hides_it(acting):
    refused("報告.pdf", pdf(acting), "埋め込まれています")
    refused("報告.pdf", pdf(objects=b"3 0 << " + acting + b" >>"), "埋め込まれています")
    head = b"/Type /#4fbjStm /First 4 /Filter [/FlateDecode]"
    refused("報告.pdf", pdf(objects=b"3 0 << " + acting + b" >>", head=head), "埋め込まれています")


def test_a_pdf_that_speaks_of_such_things_is_taken():
    assert checked("報告.pdf", pdf(b"/Title (Launch of JavaScript: EmbeddedFile)", objects=b"3 0 << /A /LaunchPad >>"))


@pytest.mark.parametrize(
    "head",
    [
        b"/Type /ObjStm /N 1 /First 4 /Filter /LZWDecode",
        b"/Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]",
        b"/Type /ObjStm /N 1 /First 4 /Filter 8 0 R",
        b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /DecodeParms << /Predictor 12 >>",
    ],
)
def test_a_pdf_that_cannot_be_looked_into_is_refused(head):
    refused("報告.pdf", pdf(objects=b"3 0 << >>", head=head), "確かめられません")


def test_a_pdf_bomb_an_encrypted_one_and_a_torso():
    refused("報告.pdf", pdf(objects=b"\0" * 80_000_000), "確かめられません")
    refused("報告.pdf", pdf() + b"trailer << /Encrypt 9 0 R >>", "保護を外して")
    refused("報告.pdf", b"%PDF-1.7\n<html><script>alert(1)</script>", "PDFとして読めません")


# --- Office -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"word/vbaProject.bin": b"x"}, "マクロ"),
        ({"xl/VBAPROJECT.BIN": b"x"}, "マクロ"),
        ({"xl/macrosheets/sheet1.xml": b"<x/>"}, "マクロ"),
        ({"word/activeX/activeX1.xml": b"<x/>"}, "マクロ"),
        ({"word/embeddings/oleObject1.bin": b"MZ"}, "埋め込まれています"),
        ({"EncryptionInfo": b"x"}, "パスワード"),
        ({"../../etc/passwd": b"x"}, "構造"),
        ({"word/../../x": b"x"}, "構造"),
        ({"/etc/passwd": b"x"}, "構造"),
        ({"C:evil.exe": b"x"}, "構造"),
        ({"WORD/Document.xml": b"x", "word/DOCUMENT.xml": b"y"}, "構造"),
        ({"word/media/a.bmp": b"\0" * 30_000_000}, "大きくなりすぎます"),
        ({f"a{n}.xml": b"" for n in range(3_001)}, "大きくなりすぎます"),
        ({"word/_rels/settings.xml.rels":
          b'<Relationship Type="http://x/attachedTemplate" Target="http://evil.example/a" TargetMode="External"/>'},
         "外部のファイル"),
        ({"word/_rels/settings.xml.rels":
          "<Relationship Type='http://x/oleObject' TargetMode='External'/>".encode("utf-16")}, "外部のファイル"),
    ],
)  # fmt: skip
def test_documents_made_to_do_harm_are_refused(kind, more, match):
    refused(f"手順.{kind}", package(kind, more=more), match)


def test_a_member_with_backslashes_is_refused():
    content = package(more={"word_media_a": b"x"}).replace(b"word_media_a", b"..\\media\\aaa")
    refused("手順.docx", content, "構造")


def test_macros_by_content_type_are_refused():
    types = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    refused("手順.docx", package(types=types), "マクロ")


def test_what_documents_usually_hold_is_taken():
    links = (
        b'<Relationship Type="http://x/hyperlink" Target="https://example.jp" TargetMode="External"/>'
        b'<Relationship Type="http://x/image" Target="media/a.png"/>'
    )
    more = {"word/_rels/document.xml.rels": links, "word/embeddings/Microsoft_Excel_Sheet1.xlsx": workbook()}
    assert checked("手順.docx", package(more=more)).name == "手順.docx"


def test_passwords_old_formats_and_disguised_archives():
    refused("手順.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000, "パスワード")
    content = bytearray(package())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    refused("手順.docx", bytes(content), "パスワード")
    refused("棚.png", package(), "中身: Word")


def test_an_archive_whose_list_lies_is_refused():
    """The list says ten bytes; unpacking would go on."""
    content = bytearray(package(more={"word/media/a.bmp": b"\0" * 900_000}))
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<L", 10)
    refused("手順.docx", bytes(content), "壊れています")


def test_a_truncated_archive_is_refused():
    refused("手順.docx", package()[:-30], "中身: ZIP")
    content = bytearray(package(more={"word/a.xml": b"abc" * 99}))
    content[content.index(b"word/a.xml") + 12] ^= 0xFF
    refused("手順.docx", bytes(content), "壊れています")


# --- Pictures -----------------------------------------------------------------------------------


def reopened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def is_bare(content: bytes) -> bool:
    image = reopened(content)
    of_the_format = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "timestamp", "duration"}
    return not set(image.info) - of_the_format and not image.getexif() and b"zq" not in content


@pytest.mark.parametrize(("name", "content"), [("棚.jpg", photograph()), ("棚.png", png_with_texts())])
def test_nothing_is_left_beside_the_picture(name, content):
    assert not is_bare(content), "the sample has something to lose"
    assert MAKER.encode() in content
    assert reopened(content).getexif().get_ifd(0x8825), "a place among it"
    assert is_bare(checked(name, content).content)


def test_webp_loses_it_too():
    content = picture("WEBP", exif=photograph_exif(), xmp=b"zqxmpqz", icc_profile=b"zqprofileqz" * 20)
    assert not is_bare(content)
    assert is_bare(checked("棚.webp", content).content)


def photograph_exif() -> bytes:
    return reopened(photograph()).info["exif"]


@pytest.mark.parametrize(
    ("orientation", "size", "first"),
    [(1, (40, 20), "red"), (3, (40, 20), "blue"), (6, (20, 40), "red"), (8, (20, 40), "blue")],
)
def test_the_picture_stands_as_the_camera_was_held(orientation, size, first):
    image = reopened(checked("棚.jpg", photograph(orientation)).content)
    assert image.size == size
    red, _green, blue = image.convert("RGB").getpixel((2, 2))
    assert (red > blue) == (first == "red")


def test_what_hangs_behind_a_picture_is_cut_off():
    for name, kind in (("棚.jpg", "JPEG"), ("棚.png", "PNG"), ("棚.webp", "WEBP")):
        content = picture(kind) + archive({"zqhidden.exe": b"MZ"})
        assert b"zqhidden" not in checked(name, content).content


def test_a_gif_is_kept_as_png():
    file = checked("図.v1.gif", picture("GIF", mode="P"))
    assert (file.name, file.content_type) == ("図.v1.png", "image/png")
    assert reopened(file.content).format == "PNG"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "YCbCr"])
def test_pictures_of_every_mode(mode):
    kind = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    image = Image.new("L", (6, 6), 200).convert(mode if mode != "I;16" else "I")
    image = image.convert("I;16") if mode == "I;16" else image
    found = reopened(checked(f"棚.{kind.lower()}", encoded(image, kind)).content)
    assert found.size == (6, 6)
    assert found.mode in {"L", "RGB", "RGBA"}


def test_what_is_seen_through_stays_so():
    image = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert reopened(checked("棚.png", encoded(image, "PNG")).content).getpixel((0, 0))[3] == 0
    assert reopened(checked("棚.webp", encoded(image, "WEBP", lossless=True)).content).getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(("name", "kind"), [("図.gif", "GIF"), ("図.png", "PNG"), ("図.webp", "WEBP")])
def test_moving_pictures_are_refused(name, kind):
    refused(name, moving(kind), "動く画像")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png_of(width: int, height: int, *more: bytes) -> bytes:
    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *more, chunk(b"IDAT", zlib.compress(b"\0" * 1000)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    ("width", "height"), [(5_001, 5_000), (12_000, 12_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)]
)
def test_picture_bombs_are_refused_by_what_they_claim(width, height):
    refused("棚.png", png_of(width, height), "画素" if width < 2**31 - 1 else "棚.png")


def test_a_bomb_among_a_pictures_texts_is_refused_or_gone():
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 70_000_000))
    refused("棚.png", png_of(10, 10, text), "画像として読めません")


@pytest.mark.parametrize("name", ["棚.png", "棚.jpg", "棚.webp", "図.gif"])
def test_torsos_and_noise_are_refused(name):
    kind = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "gif": "GIF"}[name.rpartition(".")[2]]
    whole = encoded(Image.effect_noise((64, 64), 90), kind)
    refused(name, whole[: len(whole) // 2], "画像として読めません")
    refused(name, whole[:12], "棚" if "棚" in name else "図")


def test_a_pixel_too_many(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PIXELS", 800)
    assert checked("棚.png", picture("PNG", size=(40, 20)))
    refused("棚.png", picture("PNG", size=(40, 21)), "2,500万画素")


# --- Names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("報告.pdf", "報告.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\system32\\a.txt", "a.txt"),
        ("C:\\Users\\山田\\見積.xlsx", "見積.xlsx"),
        ("/etc/../a/./b.pdf", "b.pdf"),
        ("....pdf", "pdf"),
        (".htaccess", "htaccess"),
        ("..", "file"),
        ("", "file"),
        ("\u200b\u202e", "file"),
        ("見積\u202efdp.exe", "見積fdp.exe"),
        ("a\u200bb\0c\r\nd\t.pdf", "abcd.pdf"),
        ("a\ud800b\ufffd.pdf", "ab.pdf"),
        ("か\u3099.pdf", "が.pdf"),
        ("𠮷\U000e0100.pdf", "𠮷\U000e0100.pdf"),
        ('a<b>c:d"e|f?g*h.pdf', "a_b_c_d_e_f_g_h.pdf"),
        ("  a   b .pdf  ", "a b.pdf"),
        ("a.pdf.", "a.pdf"),
        ("CON.txt", "_CON.txt"),
        ("com1.x.txt", "_com1.x.txt"),
        ("%2e%2e%2fa.txt", "%2e%2e%2fa.txt"),
        ("あ" * 300 + ".pptx", "あ" * (LONGEST - 5) + ".pptx"),
        ("a." + "b" * 300, ("a." + "b" * 300)[:LONGEST]),
    ],
)
def test_names_become_harmless(given_name, clean):
    assert clean_name(given_name) == clean


@given(st.text(max_size=300) | st.lists(st.sampled_from([*"./\\:\0\u202e \n", "..", "a", "あ", ".pdf"])).map("".join))
@example("." * 200)
@example(" . ")
def test_whatever_a_file_is_called(given_name):
    clean = clean_name(given_name)
    assert 0 < len(clean) <= LONGEST
    assert not set(clean) & set("/\\\0\r\n\t")
    assert not clean.startswith(".")
    assert clean not in {"", ".", ".."}
    clean_line(clean)
    assert clean_name(clean) == clean


def test_a_zip_in_the_standard_library_agrees():
    """The samples are archives that others open as well."""
    with zipfile.ZipFile(io.BytesIO(package())) as found:
        assert found.testzip() is None
