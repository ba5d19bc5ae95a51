"""Files that were made to do harm, and files that only look as if."""

import io
import resource
import struct
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from network.models import ImportRun, Organization
from network.tables import runs
from network.tables.reading import MAX_ROWS, rows
from network.transfer.errors import TransferError
from network.uploads import MAX_BYTES

SECONDS = 15.0
MEGABYTES = 100
HEAD = "機関ID,紹介,あと何件\r\n"
SHEET = """<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">\
%(dimension)s<sheetData>%(rows)s</sheetData></worksheet>"""


def read(content: bytes) -> list[list[str]]:
    return [cells for _number, cells in rows(io.BytesIO(content))]


def refused(content: bytes, match: str) -> None:
    """The file is refused for this reason, quickly and in little memory."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with pytest.raises(TransferError, match=match):
        read(content)
    assert time.perf_counter() - begun < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024


def workbook(*table: list[object]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in table:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def changed(content: bytes, **members: bytes) -> bytes:
    """The archive with members replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename not in members:
                new.writestr(member, old.read(member))
        for name, data in members.items():
            new.writestr(name, data)
    return file.getvalue()


def with_sheet(rows_: str, dimension: str = "") -> bytes:
    sheet = SHEET % {"rows": rows_, "dimension": dimension}
    return changed(workbook(["機関ID"]), **{"xl/worksheets/sheet1.xml": sheet.encode()})


class TestSpreadsheets:
    def test_cells_of_every_kind_become_what_was_typed(self):
        moment = datetime(2027, 3, 31, 9, 30)  # noqa: DTZ001 - spreadsheets know no zones

        book = workbook(["機関ID", "あと何件", "いつまで有効か"], ["owner", 3, date(2027, 3, 31)], ["b", 2.0, True],
                        ["c", 2.5, moment])  # fmt: skip
        assert read(book)[1:] == [["owner", "3", "2027-03-31"], ["b", "2", "true"], ["c", "2.5", "2027-03-31 09:30:00"]]

    def test_a_bomb_of_shared_strings(self):
        strings = (
            b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            + b"<si><t>A</t></si>" * 3_000_000
        )
        bomb = changed(workbook(["機関ID"]), **{"xl/sharedStrings.xml": strings + b"</sst>"})
        assert len(bomb) < 400_000
        refused(bomb, "大きくなりすぎる")

    def test_a_bomb_of_rows(self):
        refused(
            with_sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>' * 1_500_000), "大きくなりすぎる"
        )

    def test_a_sheet_that_claims_seventeen_billion_cells(self):
        row = '<row r="1"><c r="A1" t="inlineStr"><is><t>機関ID</t></is></c></row>'
        begun = time.perf_counter()
        assert read(with_sheet(row, '<dimension ref="A1:XFD1048576"/>')) == [["機関ID"]]
        assert time.perf_counter() - begun < SECONDS

    def test_a_sheet_of_forty_nine_million_cells(self):
        every = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 3001))
        refused(with_sheet(every), "列が多すぎます")

    def test_one_cell_at_the_far_end(self):
        refused(with_sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "行が多すぎます")

    def test_a_row_number_beyond_all_sheets(self):
        refused(
            with_sheet('<row r="999999999999"><c r="A999999999999"><v>1</v></c></row>'), "行が多すぎます|読めません"
        )

    def test_macros(self):
        refused(changed(workbook(["機関ID"]), **{"xl/vbaProject.bin": b"x"}), "マクロ")
        refused(changed(workbook(["機関ID"]), **{"xl/macrosheets/sheet1.xml": b"<x/>"}), "マクロ")

    def test_entities(self):
        entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        bomb = f'<?xml version="1.0"?>{entities}<worksheet>&b;</worksheet>'
        refused(changed(workbook(["機関ID"]), **{"xl/worksheets/sheet1.xml": bomb.encode()}), "DTD")

    def test_encrypted_and_old_formats(self):
        refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000, "パスワード")

    @pytest.mark.parametrize(
        "content",
        [
            b"PK\x03\x04 and no more",
            changed(workbook(["x"]), **{"xl/workbook.xml": b"<no/>"}),
            changed(workbook(["x"]), **{"xl/worksheets/sheet1.xml": b"not xml"}),
            changed(workbook(["x"]), **{"[Content_Types].xml": b"<Types/>"}),
        ],
    )
    def test_what_is_no_workbook(self, content):
        refused(content, "XLSXとして読めません|マクロ|大きく")

    def test_an_archive_that_lies_about_its_sizes(self):
        honest = with_sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>' + "x" * 3_000_000 + "</t></is></c></row>")
        lying = bytearray(honest)
        with zipfile.ZipFile(io.BytesIO(honest)) as archive:
            size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
        at = bytes(lying).rindex(struct.pack("<L", size))
        lying[at : at + 4] = struct.pack("<L", 100)
        refused(bytes(lying), "読めません|大きく")

    def test_an_archive_of_very_many_members(self):
        refused(changed(workbook(["x"]), **{f"xl/media/{n}.xml": b"<x/>" for n in range(600)}), "大きくなりすぎる")


class TestText:
    def test_shift_jis_a_mark_tabs_and_semicolons_are_understood(self):
        table = [["機関ID", "紹介", "あと何件"], ["owner", "①㈱髙", "２"]]
        text = HEAD + "owner,①㈱髙,２\r\n"
        assert read(text.encode("cp932")) == table
        assert read(text.encode("utf-8-sig")) == table
        assert read(text.encode()) == table
        assert read(text.replace(",", "\t").encode()) == table
        assert read(text.replace(",", ";").encode()) == table

    def test_a_cell_may_hold_line_breaks_and_quotes(self):
        assert read('機関ID,紹介\r\nowner,"一行目\n""二"",行目"\r\n'.encode())[1] == ["owner", '一行目\n"二",行目']

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (HEAD.encode("utf-16"), "UTF-16"),
            (HEAD.encode("utf-16-be"), "NUL"),
            (HEAD.encode() + b"owner,\0,1\r\n", "NUL"),
            (HEAD.encode() + b"owner,\xff\xfe\xfd,1\r\n", "文字コード"),
            (b"", "空"),
            (b"\xef\xbb\xbf\r\n\r\n", "空"),
            ('機関ID,紹介\r\nowner,"閉じない\r\n'.encode(), "引用符"),
            (("機関ID" + "," * 400 + "x\r\n").encode(), "列が多すぎます"),
            (("機関ID\r\n" + "x" * 5000).encode(), "長すぎる"),
        ],
    )
    def test_what_is_refused(self, content, why):
        refused(content, why)

    def test_too_many_rows(self):
        refused(b"id\n" + b"x\n" * (MAX_ROWS + 5), "行が多すぎます")

    def test_too_many_bytes(self):
        refused(b"id\n" + b"x" * MAX_BYTES, "10MB")

    def test_no_rows_are_cut_off_silently(self):
        assert len(read(b"id\n" + b"x\n" * (MAX_ROWS - 1))) == MAX_ROWS


@pytest.mark.django_db
class TestUploading:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client, world, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        client.force_login(world.people["editor"])

    def upload(self, client, content: bytes, name="table.csv"):
        return client.post(reverse("network:tables"), {"file": SimpleUploadedFile(name, content)})

    def test_a_good_file_is_kept_and_shown(self, client, world):
        answer = self.upload(client, HEAD.encode() + b"owner,x,1\r\n", "../../<b>.csv")
        run = ImportRun.objects.get()
        assert answer.url == reverse("network:table", args=[run.pk])
        assert "/" not in run.name
        assert run.upload.name.startswith("imports/table")

    @pytest.mark.parametrize("content", [b"", b"x\0", b"PK\x03\x04", "名前\r\nx".encode(), HEAD.encode("utf-16")])
    def test_a_bad_one_is_refused_at_once_with_a_reason_and_leaves_nothing(self, client, world, content):
        answer = self.upload(client, content)
        assert answer.status_code == 422
        assert 'class="error' in answer.text or "errorlist" in answer.text
        assert not ImportRun.objects.exists()

    def test_no_file_at_all(self, client):
        answer = client.post(reverse("network:tables"))
        assert answer.status_code == 422
        assert "ファイルを選んでください" in answer.text

    def test_eleven_megabytes_are_not_read_to_their_end(self, client):
        answer = self.upload(client, b"x" * (11 * 1024 * 1024))
        assert answer.status_code == 413
        assert "10MBまで" in answer.text
        assert not ImportRun.objects.exists()

    def test_names_in_a_table_are_shown_as_text(self, client, world):
        self.upload(client, "機関ID,紹介\r\nowner,<script>alert(1)</script>\r\n".encode())
        run = ImportRun.objects.get()
        runs.work(run.pk)
        page = client.get(reverse("network:table", args=[run.pk])).text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
        client.post(reverse("network:table_apply", args=[run.pk]))
        runs.work(run.pk)
        assert Organization.objects.get(external_id="owner").about == "<script>alert(1)</script>"

    def test_a_table_can_be_forgotten(self, client, world):
        self.upload(client, HEAD.encode() + b"owner,x,1\r\n")
        run = ImportRun.objects.get()
        assert client.post(reverse("network:table_discard", args=[run.pk])).status_code == 302
        assert ImportRun.objects.exists(), "not while it is being read"
        runs.work(run.pk)
        path = run.upload.path
        client.post(reverse("network:table_discard", args=[run.pk]))
        assert not ImportRun.objects.exists()
        assert not Path(path).exists()
