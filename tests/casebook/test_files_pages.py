"""Files of a case, from the form to the reader: pages and API."""

import io
from hashlib import sha256
from urllib.parse import unquote

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from casebook.files.serving import handed_over
from casebook.models import Attachment, Draft, LogEntry, Section
from casebook.vocabulary import DraftState
from tests.access.truth import HIDDEN, RIGHTS, may_read
from tests.access.walking import Visitor
from tests.casebook.fake_clamd import EICAR, nobody, scanner
from tests.casebook.file_samples import MAKER, package, pdf, photograph, picture
from tests.cast import FILED, READERS, make_file, word

HTML = b"<!DOCTYPE html><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _media(world, settings, tmp_path):
    """An empty storage: the cast's own files stand elsewhere."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def client_of(world):
    def make(name: str) -> Client:
        client = Client()
        client.force_login(world.people[name])
        return client

    return make


@pytest.fixture
def editor(client_of):
    return client_of("editor")


def page_of(case) -> str:
    return f"/cases/{case.pk}/attachments/"


def sent(client, case, content, name="棚.jpg", *, htmx=False, **more):
    form = {"section": "lessons", "description": "棚の写真", **more, "file": SimpleUploadedFile(name, content)}
    return client.post(page_of(case), form, headers={"HX-Request": "true"} if htmx else {})


def got(client, path, **headers) -> tuple[int, bytes]:
    """Status and whole content; read to its end, a file is closed."""
    answer = client.get(path, headers=headers)
    return answer.status_code, b"".join(answer) if answer.streaming else answer.content


def newest() -> Attachment:
    return Attachment.objects.order_by("-pk")[0]


def stored() -> set[str]:
    """The files in the storage."""
    found = set()
    for folder in default_storage.listdir("casebook")[0] if default_storage.exists("casebook") else []:
        found |= {f"casebook/{folder}/{name}" for name in default_storage.listdir(f"casebook/{folder}")[1]}
    return found


# --- From the form to the reader ----------------------------------------------------------------


def test_a_photograph_loses_its_place_on_the_way_to_the_reader(world, editor):
    case = world.cases["public"]
    original = photograph()
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825), "a place stands in what is sent"
    assert sent(editor, case, original).status_code == 302
    made = newest()
    assert (made.name, made.section, made.live, made.uploaded_by) == (
        "棚.jpg",
        "lessons",
        False,
        world.people["editor"],
    )
    Attachment.objects.filter(pk=made.pk).update(live=True)
    answer = Client().get(f"{page_of(case)}{made.pk}/")
    content = b"".join(answer)
    image = Image.open(io.BytesIO(content))
    assert image.size == (20, 40), "upright, as the camera was held"
    assert not image.getexif()
    assert not image.getexif().get_ifd(0x8825)
    assert MAKER.encode() not in content
    assert b"zq" not in content
    assert made.size == len(content) == int(answer["Content-Length"])
    assert made.sha256 == sha256(content).hexdigest()


def test_the_answer_lets_a_browser_do_nothing_with_it(world):
    case, file = world.cases["public"], make_file(world.cases["public"], "plain", live=True)
    Attachment.objects.filter(pk=file.pk).update(name='手順 (1)";x=.txt')
    answer = Client().get(f"{page_of(case)}{file.pk}/")
    assert b"".join(answer)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Frame-Options"] == "DENY"
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition.partition("''")[2]) == '手順 (1)";x=.txt'


@pytest.mark.parametrize(
    ("name", "content", "opens"),
    [("棚.png", picture("PNG"), True), ("棚.webp", picture("WEBP"), True), ("図.gif", picture("GIF"), True),
     ("報告.pdf", pdf(), False), ("手順.docx", package(), False), ("在庫.csv", b"a,b\r\n", False)],
)  # fmt: skip
def test_only_pictures_open_in_the_browser(world, editor, name, content, opens):
    assert sent(editor, world.cases["public"], content, name).status_code == 302
    made = newest()
    answer = editor.get(f"{page_of(world.cases['public'])}{made.pk}/")
    assert answer["Content-Disposition"].startswith("inline" if opens else "attachment")
    assert answer["Content-Type"] == made.content_type
    assert b"".join(answer)


def test_asking_for_the_head_only(world):
    path = f"{page_of(world.cases['public'])}{make_file(world.cases['public'], 'plain', live=True).pk}/"
    answer = Client().head(path)
    assert answer.status_code == 200
    assert answer["Content-Disposition"]
    assert answer.content == b"" if not answer.streaming else b"".join(answer) == b""
    assert Client().post(path).status_code == 405


@pytest.fixture
def handed(world):
    request = RequestFactory().get("/")
    request.user = world.people["anonymous"]
    answer = handed_over(make_file(world.cases["public"], "plain", live=True), request)
    yield answer
    answer.close()


async def test_served_under_asgi_too(handed):
    """Django itself warns there of files that are read on the event loop; a warning fails a test."""
    assert word("plain", "filetext") in b"".join([part async for part in handed]).decode()


def test_a_file_that_the_storage_has_lost_is_not_found_and_noticed(world, caplog):
    case, file = world.cases["public"], make_file(world.cases["public"], "plain", live=True)
    default_storage.delete(file.file.name)
    answer = Client().get(f"{page_of(case)}{file.pk}/")
    assert answer.status_code == 404
    assert f"attachment {file.pk} of case {case.pk} is not in the storage" in caplog.text
    assert Client().get(f"/api/v1/cases/case-public/attachments/{file.pk}").status_code == 404


# --- Who gets it --------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_gets_the_published_files_of_the_sections_they_read(world, reader):
    visitor = Visitor(world, reader)
    for name in FILED:
        path = f"{page_of(world.cases[name])}{make_file(world.cases[name], name, live=True).pk}/"
        gets = got(visitor.client, path)[0] == 200
        assert gets == (RIGHTS[reader][name] != HIDDEN), name
    unpublished = make_file(world.cases["public"], "unpublished", live=False)
    status, _content = got(visitor.client, f"{page_of(world.cases['public'])}{unpublished.pk}/")
    assert (status == 200) == (reader in {"colleague", "editor"})


@pytest.mark.parametrize("reader", READERS)
def test_a_mixed_case_gives_away_the_files_of_each_section_to_its_readers_only(world, reader):
    case, visitor = world.cases["mixed"], Visitor(world, reader)
    audiences = {"summary": "public", "background": "draft", "result": "lab", "lessons": "network", "team": "org"}
    for section, audience in audiences.items():
        file = make_file(case, section, live=True)
        Attachment.objects.filter(pk=file.pk).update(section=section)
        allowed = may_read(reader, audience)
        assert (got(visitor.client, f"{page_of(case)}{file.pk}/")[0] == 200) == allowed, section
        page = visitor.client.get(f"/cases/{case.pk}/").content.decode()
        listed = visitor.client.get("/api/v1/cases/case-mixed/attachments").content.decode()
        assert (word(section, "filename") in page) == (word(section, "filename") in listed) == allowed, section


def test_a_file_of_another_case_is_not_found_under_this_one(world, editor):
    file = make_file(world.cases["draft"], "draft", live=True)
    assert got(editor, f"{page_of(world.cases['draft'])}{file.pk}/")[0] == 200
    assert editor.get(f"{page_of(world.cases['public'])}{file.pk}/").status_code == 404
    assert editor.get(f"/api/v1/cases/case-public/attachments/{file.pk}").status_code == 404


def test_a_section_that_closes_takes_its_files_along_at_once(world):
    file = make_file(world.cases["public"], "public", live=True)
    path, reader = f"{page_of(world.cases['public'])}{file.pk}/", Client()
    assert got(reader, path)[0] == 200
    Section.objects.get(case=file.case, kind="lessons").grants.all().delete()
    assert reader.get(path).status_code == 404
    assert file.name not in reader.get(f"/cases/{file.case_id}/").content.decode()


def test_what_is_restricted_is_written_into_the_owners_log_and_what_is_public_is_not(world, client_of):
    partner = client_of("partner")
    for name in ("lab", "public"):
        file = make_file(world.cases[name], name, live=True)
        got(partner, f"{page_of(world.cases[name])}{file.pk}/")
        partner.head(f"{page_of(world.cases[name])}{file.pk}/")
    [entry] = LogEntry.objects.filter(action="download")
    assert (entry.case, entry.reader) == (world.cases["lab"].pk, world.people["partner"].pk)
    assert entry.sections == [["lessons", "AMBER"]]


def test_a_picture_inside_a_page_is_part_of_reading_it(world, client_of):
    partner, case = client_of("partner"), world.cases["lab"]
    file = make_file(case, "lab", live=True)
    assert partner.get(f"/cases/{case.pk}/").status_code == 200
    before = LogEntry.objects.count()
    got(partner, f"{page_of(case)}{file.pk}/", **{"Sec-Fetch-Dest": "image"})
    assert LogEntry.objects.count() == before
    got(partner, f"{page_of(case)}{file.pk}/")
    assert LogEntry.objects.count() == before + 1


# --- On the case's page -------------------------------------------------------------------------


def test_the_page_shows_text_as_markdown_and_pictures_to_those_who_may_have_them(world, editor, client_of):
    case = world.cases["mixed"]
    hidden = make_file(case, "team", live=True)
    Attachment.objects.filter(pk=hidden.pk).update(section="team", content_type="image/png", name="team.png")
    shown = make_file(case, "summary", live=True)
    Attachment.objects.filter(pk=shown.pk).update(section="summary", content_type="image/png", name="summary.png")
    pictures = f"![見取図](attachment:{hidden.pk}) ![全景](attachment:{shown.pk})"
    text = f"## きっかけ\n\n**棚**の前\n次の行\n\n{pictures}\n<b>x</b>"
    Section.objects.filter(case=case, kind="summary").update(text=text)
    for client, sees in ((Client(), False), (client_of("partner"), True), (editor, True)):
        page = client.get(f"/cases/{case.pk}/").content.decode()
        assert "<h3>きっかけ</h3>" in page
        assert "<strong>棚</strong>の前<br>\n次の行" in page
        assert f'<img src="{page_of(case)}{shown.pk}/" alt="全景" loading="lazy">' in page
        assert (f'src="{page_of(case)}{hidden.pk}/"' in page) == sees
        assert "見取図" in page
        assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_files_are_listed_with_size_label_and_description(world):
    file = make_file(world.cases["public"], "public", live=True)
    Attachment.objects.filter(pk=file.pk).update(description="棚卸しの手順書", size=2_500_000)
    page = Client().get(f"/cases/{file.case_id}/").content.decode()
    part = page.split('id="lessons"')[1].split("</section>")[0]
    for said in (file.name, "棚卸しの手順書", "2.4", "TLP:CLEAR", f'href="{page_of(file.case)}{file.pk}/" download'):
        assert said in part


def test_what_only_the_draft_has_is_not_listed_on_the_page(world, editor):
    file = make_file(world.cases["public"], "unpublished", live=False)
    assert file.name not in editor.get(f"/cases/{file.case_id}/").content.decode()
    assert file.name in editor.get(page_of(file.case)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_as_often_for_three_as_for_one(world, editor, client_of, count):
    case, partner = world.cases["network"], client_of("partner")
    case.attachments.all().delete()
    for number in range(count):
        make_file(case, f"more{'abc'[number]}", live=True)
    partner.get(f"/cases/{case.pk}/")
    counted = []
    for client, path in ((partner, "/api/v1/cases/case-network/attachments"), (editor, page_of(case))):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counted.append(len(asked))
    assert QUERIES.setdefault("counted", counted) == counted


QUERIES: dict[str, list[int]] = {}
"""What the first count needed; the second must need the same."""


# --- Refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("棚.png", HTML, "「棚.png」の中身は、名前の拡張子と合いません（中身: ウェブページ"),
     ("x.html", HTML, "添付できない種類"), ("x.svg", b"<svg/>", "添付できない種類"),
     ("手順.docx", package(more={"word/vbaProject.bin": b"x"}), "マクロ"),
     ("空.txt", b"", "空です"), ("大.txt", b"a" * (8 * 1024 * 1024 + 1), "8MBまで")],
)  # fmt: skip
def test_a_refused_file_is_not_stored_and_nothing_typed_is_lost(world, editor, name, content, said):
    rows, files = Attachment.objects.count(), stored()
    answer = sent(editor, world.cases["public"], content, name, description="<棚>の写真")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'value="&lt;棚&gt;の写真"' in page
    assert '<option value="lessons" selected>' in page
    assert (Attachment.objects.count(), stored()) == (rows, files)
    assert not Draft.objects.filter(case=world.cases["public"]).exists()


@pytest.mark.parametrize("htmx", [False, True])
def test_eleven_megabytes_are_refused(world, editor, htmx):
    answer = sent(editor, world.cases["public"], b"a" * 11_000_000, "大.txt", htmx=htmx)
    assert answer.status_code == 413
    assert "ファイルが大きすぎます（1つ8MBまで）" in answer.content.decode()
    assert stored() == set()


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x.txt", "..\\..\\x.txt", "/etc/x.txt", "a/../../x.txt", "x\0.txt"]
)
def test_names_that_lead_elsewhere_lead_nowhere(world, editor, name, tmp_path):
    assert sent(editor, world.cases["public"], b"text", name).status_code == 302
    made = newest()
    assert made.name == "x.txt"
    assert made.file.name.startswith("casebook/")
    assert {path.name for path in tmp_path.iterdir()} == {"casebook"}
    assert "x.txt" not in made.file.name


@pytest.mark.parametrize(
    ("more", "field"),
    [({"section": "nothing"}, "節を一覧から"), ({"section": "a\0b"}, "節を一覧から"),
     ({"description": "x" * 201}, "200"), ({"description": "a\u202eb"}, "U+202E"),
     ({"description": "a\0b"}, "使えない文字"), ({"description": "a\nb"}, "改行")],
)  # fmt: skip
def test_bad_fields_are_refused_where_they_stand(world, editor, more, field):
    answer = sent(editor, world.cases["public"], b"text", "x.txt", **more)
    assert answer.status_code == 422
    assert field in answer.content.decode() or "NULL" in answer.content.decode() or "null" in answer.content.decode()
    assert stored() == set()


def test_no_file_at_all(world, editor):
    answer = editor.post(page_of(world.cases["public"]), {"section": "lessons"})
    assert answer.status_code == 422
    assert "ファイルを選んでください。" in answer.content.decode()


def test_the_same_file_twice_and_one_too_many(world, editor, monkeypatch):
    case = world.cases["draft"]
    case.attachments.all().delete()
    assert sent(editor, case, b"one", "a.txt").status_code == 302
    again = sent(editor, case, b"one", "b.txt")
    assert again.status_code == 422
    assert "「b.txt」と同じファイル" in again.content.decode()
    assert sent(editor, case, b"one", "b.txt", section="summary").status_code == 302, "in another section it is another"
    monkeypatch.setattr("casebook.actions.attaching.MAX_FILES", 2)
    full = sent(editor, case, b"two", "c.txt")
    assert full.status_code == 422
    assert "2個までです" in full.content.decode()
    assert len(stored()) == 2


# --- The scanner --------------------------------------------------------------------------------


def test_an_infected_file_is_refused_without_saying_more(world, editor, settings):
    with scanner() as clamd:
        settings.CLAMAV_ADDRESS = clamd.address
        answer = sent(editor, world.cases["public"], EICAR, "x.txt")
        assert answer.status_code == 422
        assert "ウイルス検査で問題が見つかった" in answer.content.decode()
        assert "Eicar" not in answer.content.decode()
        assert stored() == set()
        assert sent(editor, world.cases["public"], b"clean", "x.txt").status_code == 302
        assert clamd.seen == [EICAR, b"clean"]


@pytest.mark.parametrize("htmx", [False, True])
def test_without_its_scanner_the_site_takes_no_files(world, editor, settings, htmx):
    settings.CLAMAV_ADDRESS = nobody()
    answer = sent(editor, world.cases["public"], b"clean", "x.txt", htmx=htmx)
    assert answer.status_code == 503
    assert "数分後にもう一度" in answer.content.decode()
    assert stored() == set()
    assert not Draft.objects.filter(case=world.cases["public"]).exists()


# --- Changing -----------------------------------------------------------------------------------


def test_for_htmx_the_fragment_comes_back(world, editor):
    case = world.cases["public"]
    answer = sent(editor, case, picture("PNG"), "棚.png", htmx=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["HX-Reswap"] == "outerHTML"
    assert "<html" not in page
    assert 'id="attachments"' in page
    assert f"![棚の写真](attachment:{newest().pk})" in page
    refused = sent(editor, case, HTML, "棚.png", htmx=True)
    assert refused.status_code == 422
    assert "<html" not in refused.content.decode()
    assert "拡張子と合いません" in refused.content.decode()


def test_one_returns_to_where_the_form_stands(world, editor):
    case = world.cases["public"]
    assert sent(editor, case, b"a", "a.txt", by_itself="1")["Location"] == page_of(case)
    step = reverse("casebook:draft_step", args=[case.pk, "attachment"])
    assert sent(editor, case, b"b", "b.txt")["Location"] == step
    page = editor.get(step).content.decode()
    assert 'id="attachments"' in page
    assert "b.txt" in page
    assert reverse("casebook:draft", args=[case.pk]) in editor.get(page_of(case)).content.decode()


def test_a_description_is_saved_while_the_file_is_not_published(world, editor):
    file = make_file(world.cases["public"], "unpublished", live=False)
    place = f"{page_of(file.case)}{file.pk}/"
    assert editor.post(f"{place}describe/", {"description": " 棚の全景 "}).status_code == 302
    file.refresh_from_db()
    assert file.description == "棚の全景"
    for bad in ("", "x" * 201, "a\u202eb", "\u200b"):
        answer = editor.post(f"{place}describe/", {"description": bad})
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()
    Attachment.objects.filter(pk=file.pk).update(live=True)
    answer = editor.post(f"{place}describe/", {"description": "別のもの"})
    assert answer.status_code == 422
    assert "公開中のファイルの説明は変えられません" in answer.content.decode()
    file.refresh_from_db()
    assert file.description == "棚の全景"


def test_removing_asks_first_and_takes_the_stored_file_along(world, editor, django_capture_on_commit_callbacks):
    file = make_file(world.cases["public"], "public", live=True)
    place = f"{page_of(file.case)}{file.pk}/remove/"
    page = editor.get(place).content.decode()
    assert file.name in page
    assert "公開中のファイルです" in page
    assert stored() == {file.file.name}
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(place).status_code == 302
        assert stored() == {file.file.name}, "only once that is sure"
    assert stored() == set()
    assert editor.post(place).status_code == 404


def test_the_delegate_takes_away_what_is_not_published_only(world, client_of):
    delegate, case = client_of("delegate"), world.cases["written"]
    assert sent(delegate, case, b"a", "a.txt").status_code == 302
    mine, published = newest(), make_file(case, "written", live=True)
    page = delegate.get(page_of(case)).content.decode()
    assert f"{page_of(case)}{mine.pk}/remove/" in page
    assert f"{page_of(case)}{published.pk}/remove/" not in page
    for method in (delegate.get, delegate.post):
        assert method(f"{page_of(case)}{published.pk}/remove/").status_code == 403
    assert delegate.post(f"{page_of(case)}{mine.pk}/remove/").status_code == 302


def test_what_was_given_to_review_comes_back_to_writing(world, editor):
    case = world.cases["public"]
    draft = Draft.objects.create(case=case, state=DraftState.SUBMITTED, revision=4)
    assert sent(editor, case, b"a", "a.txt").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.revision) == (DraftState.WRITING, 5)
    assert draft.writers == [world.people["editor"].pk]


# --- API ----------------------------------------------------------------------------------------


def test_the_api_lists_and_hands_over(world, client_of):
    file = make_file(world.cases["network"], "network", live=True)
    Attachment.objects.filter(case=file.case).exclude(pk=file.pk).delete()
    client = client_of("partner")
    for slash in ("", "/"):
        assert client.get(f"/api/v1/cases/case-network/attachments{slash}").json() == [
            {"id": file.pk, "section": "lessons", "name": file.name, "description": "",
             "content_type": "text/plain; charset=utf-8", "size": file.size, "sha256": file.sha256, "live": True}
        ]  # fmt: skip
    place = f"/api/v1/cases/case-network/attachments/{file.pk}"
    for accept in ("*/*", "application/pdf", "text/html", "application/json"):
        answer = client.get(place, headers={"Accept": accept})
        assert answer.status_code == 200
        assert word("network", "filetext") in b"".join(answer).decode()
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert client.head(place).status_code == 200
    missing = client.get("/api/v1/cases/case-network/attachments/987654321", headers={"Accept": "application/pdf"})
    assert missing.status_code == 404
    assert missing.json()["errors"]
    for odd in ("x", "9" * 40, "%00", "-1"):
        assert client.get(f"/api/v1/cases/case-network/attachments/{odd}").status_code == 404
    assert client.get("/api/v1/cases/%00/attachments").status_code == 404
    assert client.post(place).status_code == 405
