"""The registry as a table: what goes out comes back, and what comes in is shown before it is done."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from network.models import Capability, ImportRun, Organization, Rating
from network.tables import cells, runs
from network.tables.heads import look
from network.tables.preview import CHANGED, NEW, REFUSED, UNCHANGED, Outcome, Preview
from network.tables.writing import as_csv, as_xlsx, guide, table, template
from network.transfer.errors import TransferError
from network.transfer.shapes import Refusal
from network.vocabulary import ImportState, Stance

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(world):
    return world.people["steward"]


@pytest.fixture
def editor(world):
    return world.people["editor"]


def outcomes(content: bytes, by) -> list[Outcome]:
    preview = Preview(io.BytesIO(content), by)
    found = [outcome for batch in preview.outcomes() for outcome in batch]
    preview.settle(found)
    return found


def as_table(*rows: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def taken(content: bytes, by, name="table.csv") -> ImportRun:
    """The run of a table that was read and, where it could be, taken in."""
    run = ImportRun(by=by, name=name)
    run.upload.save("table", ContentFile(content), save=False)
    run.save()
    runs.work(run.pk)
    run.refresh_from_db()
    if run.state == ImportState.READY:
        runs.take_in(run)
        runs.work(run.pk)
        run.refresh_from_db()
    return run


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


class TestRoundTrip:
    @pytest.mark.parametrize("form", [as_csv, as_xlsx])
    def test_what_was_exported_comes_back_without_a_change(self, world, steward, form):
        pks = list(Organization.objects.order_by("external_id").values_list("pk", flat=True))
        found = outcomes(form(table(steward, pks)), steward)
        assert [outcome.kind for outcome in found] == [UNCHANGED] * len(pks)
        assert all(outcome.line is None for outcome in found)

    @pytest.mark.parametrize("form", [as_csv, as_xlsx])
    def test_taking_an_export_in_writes_nothing(self, world, editor, form):
        before = Organization.objects.get(pk=world.organizations["owner"].pk)
        run = taken(form(table(editor, [before.pk])), editor)
        after = Organization.objects.get(pk=before.pk)
        assert run.state == ImportState.READY
        assert run.counts == {NEW: 0, CHANGED: 0, UNCHANGED: 1, REFUSED: 0}
        assert (after.updated_at, after.version) == (before.updated_at, before.version)

    def test_formulas_go_out_harmless_and_come_back_as_they_were(self, world, steward):
        owner = world.organizations["owner"]
        for text in ("=1+1", "+81", "-2", "@SUM(A1)", "'=1", "\tx"):
            Organization.objects.filter(pk=owner.pk).update(about=text)
            content = as_csv(table(steward, [owner.pk]))
            cell = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1][7]
            assert cell[0] == "'"
            assert outcomes(content, steward)[0].kind == UNCHANGED

    def test_a_sheet_holds_formulas_as_text(self, world, steward):
        owner = world.organizations["owner"]
        Organization.objects.filter(pk=owner.pk).update(about="=HYPERLINK(1)")
        book = load_workbook(io.BytesIO(as_xlsx(table(steward, [owner.pk]))))
        cell = book.worksheets[0]["H2"]
        assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")

    @pytest.mark.parametrize("form", [as_csv, lambda rows: as_xlsx(rows, guide())])
    def test_the_template_with_its_example_can_be_taken_in(self, world, steward, form):
        found = outcomes(form(template()), steward)
        assert [outcome.kind for outcome in found] == [NEW]
        run = taken(form(template()), steward)
        assert run.state == ImportState.DONE
        made = Organization.objects.get(external_id="org-001")
        assert made.municipality_id == "22138"
        assert made.ratings.get(capability__code="pmo").stance == Stance.STRENGTH


class TestWhatChanges:
    def test_a_row_tells_what_it_would_change_cell_by_cell(self, world, editor):
        [found] = outcomes(as_table(["機関ID", "紹介", "あと何件"], ["owner", "新しい紹介", "５"]), editor)
        assert found.kind == CHANGED
        assert found.told[0][0] == "紹介"
        assert found.told[0][2] == "新しい紹介"
        assert found.told[1] == ["あと何件", "1", "5"]

    def test_a_blank_cell_leaves_the_value_and_a_marked_one_empties_it(self, world, editor):
        owner = world.organizations["owner"]
        Organization.objects.filter(pk=owner.pk).update(kana="オウナー", capacity_until=date(2027, 3, 31))
        head = ["機関ID", "よみがな", "いつまで有効か"]
        assert outcomes(as_table(head, ["owner", "", ""]), editor)[0].kind == UNCHANGED
        run = taken(as_table(head, ["owner", "(空)", "（空）"]), editor)
        owner.refresh_from_db()
        assert run.state == ImportState.DONE
        assert (owner.kana, owner.capacity_until) == ("", None)

    @pytest.mark.parametrize("cell", ["(空)", "（空）", "(empty)"])
    def test_what_must_not_be_empty_cannot_be_emptied(self, world, editor, cell):
        [found] = outcomes(as_table(["機関ID", "名称"], ["owner", cell]), editor)
        assert (found.kind, found.told) == (REFUSED, [["名称", "", "この欄は空にできません。"]])

    def test_ratings_change_one_by_one_and_keep_their_notes(self, world, editor):
        owner = world.organizations["owner"]
        head = ["機関ID", "評価: なんでも [pmo]", "rating:inventory"]
        assert taken(as_table(head, ["owner", "3", "強み 4"]), editor).state == ImportState.DONE
        pmo = owner.ratings.get(capability__code="pmo")
        assert (pmo.level, pmo.stance) == (3, Stance.NEUTRAL)
        assert "ownerstrength" in pmo.note
        assert owner.ratings.get(capability__code="inventory").level == 4
        assert owner.ratings.filter(capability__code="system_development", stance=Stance.WEAKNESS).exists()

    def test_a_rating_can_be_withdrawn(self, world, editor):
        run = taken(as_table(["機関ID", "rating:pmo"], ["owner", "なし"]), editor)
        assert run.state == ImportState.DONE
        assert not world.organizations["owner"].ratings.filter(capability__code="pmo").exists()

    def test_a_new_organization_needs_a_name_a_kind_and_a_place(self, world, steward):
        [found] = outcomes(as_table(["機関ID", "よみがな"], ["new-1", "アタラシイ"]), steward)
        assert found.kind == REFUSED
        assert {column for column, _before, _why in found.told} == {"名称", "種類", "市区町村"}

    def test_the_history_names_who_brought_the_table(self, world, editor):
        taken(as_table(["機関ID", "紹介"], ["owner", "表から"]), editor)
        newest = world.organizations["owner"].changes.first()
        assert newest.by == editor
        assert newest.changes["about"][1] == "表から"

    def test_places_are_known_by_code_and_by_name(self, world, editor):
        for said in ("22138", "221384", "静岡県浜松市中央区", "22138 静岡県浜松市中央区", "２２１３８"):
            [found] = outcomes(as_table(["機関ID", "市区町村"], ["owner", said]), editor)
            assert found.kind == CHANGED, said
        [found] = outcomes(as_table(["機関ID", "市区町村"], ["owner", "22137"]), editor)
        assert found.kind in {CHANGED, REFUSED}

    def test_another_prefecture_leaves_the_municipality(self, world, steward):
        Organization.objects.filter(external_id="owner").update(municipality="22138")
        run = taken(as_table(["機関ID", "都道府県"], ["owner", "1"]), steward)
        assert run.state == ImportState.DONE
        owner = Organization.objects.get(external_id="owner")
        assert (owner.prefecture, owner.municipality) == ("01", None)


class TestAllOrNothing:
    def test_one_refused_row_keeps_all_out(self, world, steward):
        before = Organization.objects.get(external_id="owner").about
        run = taken(as_table(["機関ID", "紹介", "あと何件"], ["owner", "A", "1"], ["partner", "B", "多い"]), steward)
        assert run.state == ImportState.REFUSED
        assert [row["kind"] for row in run.rows] == [CHANGED, REFUSED]
        assert Organization.objects.get(external_id="owner").about == before
        runs.take_in(run)
        runs.work(run.pk)
        assert Organization.objects.get(external_id="owner").about == before

    def test_one_id_twice_is_refused_with_the_other_row(self, world, editor):
        first, second = outcomes(as_table(["機関ID", "紹介"], ["owner", "A"], ["owner", "B"]), editor)
        assert first.kind == CHANGED
        assert second.told == [["機関ID", "", "2行目と同じIDです。1つの行にまとめてください。"]]

    def test_one_corporate_number_for_two_is_refused(self, world, steward):
        number = "7000012050002"
        head = ["機関ID", "法人番号"]
        first, second = outcomes(as_table(head, ["owner", number], ["partner", "７０００012050002"]), steward)
        assert (first.kind, second.kind) == (CHANGED, REFUSED)
        assert second.told[0][0] == "法人番号"

    def test_what_changed_meanwhile_is_shown_again_and_not_overwritten(self, world, editor):
        run = ImportRun(by=editor, name="t.csv")
        run.upload.save("table", ContentFile(as_table(["機関ID", "紹介"], ["owner", "表から"])), save=False)
        run.save()
        runs.work(run.pk)
        Organization.objects.filter(external_id="owner").update(about="画面から")
        run.refresh_from_db()
        runs.take_in(run)
        runs.work(run.pk)
        run.refresh_from_db()
        assert run.state == ImportState.READY
        assert run.rows[0]["told"] == [["紹介", "画面から", "表から"]]
        assert "登録簿が変わりました" in run.problem
        assert Organization.objects.get(external_id="owner").about == "画面から"

    def test_a_run_somebody_works_on_is_left_alone_until_its_lease_ends(self, world, editor):
        run = ImportRun(by=editor, name="t.csv", leased_until=timezone.now() + runs.LEASE)
        run.upload.save("table", ContentFile(as_table(["機関ID"], ["owner"])), save=False)
        run.save()
        assert runs.resume() == 0
        ImportRun.objects.update(leased_until=timezone.now() - runs.LEASE)
        assert runs.resume() == 1
        run.refresh_from_db()
        assert run.state == ImportState.READY

    def test_the_worker_goes_on_with_what_a_dead_process_left(self, world, editor):
        run = left_behind(editor)
        call_command("worker", "--once", stdout=io.StringIO())
        run.refresh_from_db()
        assert run.state == ImportState.READY

    def test_so_does_the_next_look_at_its_page_where_no_worker_runs(self, world, editor, client, monkeypatch):
        begun: list[int] = []
        monkeypatch.setattr(runs, "in_background", begun.append)
        run = left_behind(editor)
        client.force_login(editor)
        address = reverse("network:table", args=[run.pk])
        assert client.get(address).status_code == 200
        assert begun == [run.pk]
        ImportRun.objects.update(leased_until=timezone.now() + runs.LEASE)
        client.get(address)
        ImportRun.objects.update(leased_until=None, state=ImportState.READY)
        client.get(address)
        assert begun == [run.pk], "somebody is at it, or nothing is left to do"

    def test_one_that_fails_does_not_keep_the_others_waiting(self, world, editor, caplog):
        broken, sound = left_behind(editor), left_behind(editor)
        broken.upload.storage.delete(broken.upload.name)
        assert runs.resume() == 2
        sound.refresh_from_db()
        assert sound.state == ImportState.READY
        assert f"run {broken.pk} stopped" in caplog.text

    def test_what_was_brought_in_is_forgotten_with_its_file_after_a_while(self, world, editor):
        old, recent = left_behind(editor), left_behind(editor)
        assert runs.resume() == 2
        ImportRun.objects.filter(pk=old.pk).update(created_at=timezone.now() - runs.KEPT - timedelta(minutes=1))
        assert runs.resume() == 0
        assert list(ImportRun.objects.all()) == [recent]
        assert not old.upload.storage.exists(old.upload.name)
        assert recent.upload.storage.exists(recent.upload.name)


def left_behind(person) -> ImportRun:
    """A run whose process died while it worked on it."""
    run = ImportRun(by=person, name="t.csv", leased_until=timezone.now() - timedelta(seconds=1))
    run.upload.save("table", ContentFile(as_table(["機関ID"], ["owner"])), save=False)
    run.save()
    return run


class TestWhoMay:
    def test_an_editor_changes_the_own_organization_only(self, world, editor):
        rows = outcomes(as_table(["機関ID", "紹介"], ["partner", "x"], ["missing", "x"], ["closed", "x"]), editor)
        assert {outcome.kind for outcome in rows} == {REFUSED}
        foreign, missing, hidden = (outcome.told for outcome in rows)
        assert "編集者に依頼" in foreign[0][2]
        assert hidden == missing
        assert rows[2].name == "", "a hidden name is not told"

    def test_weaknesses_that_a_steward_may_not_know_do_not_travel(self, world, steward, editor):
        owner = world.organizations["owner"]
        exported = as_csv(table(steward, [owner.pk])).decode("utf-8-sig")
        assert "弱み" not in exported.splitlines()[1]
        assert "弱み" in as_csv(table(editor, [owner.pk])).decode("utf-8-sig").splitlines()[1]

    def test_a_preview_does_not_tell_a_hidden_weakness(self, world, steward, editor):
        content = as_table(["機関ID", "rating:system_development"], ["owner", "2"])
        assert outcomes(content, steward)[0].told[0][1:] == ["", "2"]
        assert outcomes(content, editor)[0].told[0][1:] == ["弱み", "2"]

    def test_a_run_is_its_persons_own(self, client, world, editor, steward):
        run = taken(as_table(["機関ID"], ["owner"]), editor)
        client.force_login(steward)
        assert client.get(reverse("network:table", args=[run.pk])).status_code == 404
        client.force_login(editor)
        assert client.get(reverse("network:table", args=[run.pk])).status_code == 200


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "level", "stance"),
        [
            ("4", 4, "neutral"), ("４", 4, "neutral"), ("3.0", 3, "neutral"), ("強み 4", 4, "strength"),
            ("強み４", 4, "strength"), ("4 強み", 4, "strength"), ("弱み", 0, "weakness"), ("中立 2", 2, "neutral"),
            ("strength 4", 4, "strength"), ("Weakness", 0, "weakness"), ("2 NEUTRAL", 2, "neutral"),
        ],
    )  # fmt: skip
    def test_ratings(self, cell, level, stance):
        assert cells.rating(cell) == {"level": level, "stance": stance}

    @pytest.mark.parametrize("cell", ["5", "強み 弱み", "たぶん", "強み 4 弱み", "44", "-1", "none 4", "strong"])
    def test_what_is_no_rating(self, cell):
        with pytest.raises(Refusal):
            cells.rating(cell)

    @pytest.mark.parametrize(
        ("level", "stance"), [(0, "weakness"), (2, "weakness"), (0, "neutral"), (4, "strength"), (0, "strength")]
    )
    def test_a_rating_reads_back(self, level, stance):
        assert cells.rating(cells.rating_text(level, stance)) == {"level": level, "stance": stance}

    @pytest.mark.parametrize(
        "cell", ["2027-03-31", "2027/3/31", "２０２７年３月３１日", "2027.3.31", "2027-03-31 00:00:00"]
    )
    def test_dates(self, cell):
        assert cells.day(cell) == "2027-03-31"

    @pytest.mark.parametrize("cell", ["2027-02-30", "31/3/2027", "あした", "46112"])
    def test_what_is_no_date(self, cell):
        with pytest.raises(Refusal, match="日付"):
            cells.day(cell)

    def test_yes_and_no(self):
        assert [cells.yes_or_no(cell) for cell in ("はい", "○", "1", "TRUE")] == [True] * 4
        assert [cells.yes_or_no(cell) for cell in ("いいえ", "×", "0", "no")] == [False] * 4

    def test_industries(self):
        assert [cells.industry(cell) for cell in ("E", "e", "E 製造業", "製造業", "Ｅ")] == ["E"] * 5
        with pytest.raises(Refusal, match="大分類"):
            cells.industry("Eコマース")


class TestHeads:
    def test_an_unknown_head_is_named_with_what_was_probably_meant(self, world, steward):
        with pytest.raises(TransferError, match="「名前」"):
            outcomes(as_table(["機関ID", "名前"], ["owner", "x"]), steward)
        with pytest.raises(TransferError, match="「よみがな」のことでしょうか"):
            outcomes(as_table(["機関ID", "よみかな"], ["owner", "x"]), steward)

    def test_a_head_stands_once_and_the_id_must(self, world, steward):
        with pytest.raises(TransferError, match="2回"):
            outcomes(as_table(["機関ID", "名称", "name"], ["owner", "x", "y"]), steward)
        with pytest.raises(TransferError, match="機関ID"):
            outcomes(as_table(["名称"], ["x"]), steward)

    def test_every_capability_has_a_column_of_its_own(self, world):
        heads = template()[0]
        assert len(heads) == len(set(heads))
        assert sum(head.startswith("評価: ") for head in heads) == Capability.objects.count()

    def test_every_column_of_the_template_has_an_example(self, world):
        heads, examples = template()
        assert [head for head, example in zip(heads, examples, strict=True) if not example] == []
        assert {"3", "中立 2", "強み 4", "弱み"} <= set(examples), "each way to write a rating"

    def test_taking_a_file_in_asks_nothing_of_the_registry_but_its_vocabulary(self, world, django_assert_num_queries):
        with django_assert_num_queries(1):
            look(io.BytesIO(as_table(["機関ID", "紹介"], ["owner", "x"])))

    def test_a_value_without_a_head_is_refused(self, world, editor):
        [found] = outcomes(as_table(["機関ID"], ["owner", "stray"]), editor)
        assert found.told == [["", "", "見出しのない列に値があります。"]]


def test_a_long_table_asks_the_database_per_batch_and_not_per_row(world, steward, django_assert_max_num_queries):
    Organization.objects.bulk_create(
        Organization(external_id=f"bulk-{n}", name=f"架空 {n}", kind="chamber_of_commerce", prefecture="22")
        for n in range(900)
    )
    content = as_table(["機関ID", "紹介"], *([f"bulk-{n}", "x"] for n in range(900)))
    with django_assert_max_num_queries(60):
        assert len(outcomes(content, steward)) == 900
    assert Rating.objects.count() > 0
