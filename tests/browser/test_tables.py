"""A table goes out, is changed in a spreadsheet, and comes back."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def taken_out(page: Page, folder: Path) -> list[list[str]]:
    """The rows of the table as the browser saves it."""
    with page.expect_download() as download:
        page.get_by_role("link", name="CSVで取り出す").click()
    assert download.value.suggested_filename.startswith("結び目_機関の表_")
    download.value.save_as(folder / "out.csv")
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def brought_in(page: Page, path: Path, rows: list[list[str]]) -> None:
    """Saved as spreadsheets in Japan still do, and handed over."""
    with path.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows(rows)
    page.get_by_label("CSVまたはXLSXのファイル").set_input_files(path)
    page.get_by_role("button", name="内容を確かめる").click()


def test_an_editor_takes_the_table_out_changes_it_and_brings_it_back(visit, tmp_path):
    editor = visit("editor@example.jp")
    page = editor.go("/organizations/tables/")
    rows = taken_out(page, tmp_path)
    assert [row[0] for row in rows] == ["機関ID", "demo-tenryu-systems"], "only what the editor keeps"

    rows[1][rows[0].index("よみがな")] = "カクウテンリュウシステムズカブシキガイシャ"
    brought_in(page, tmp_path / "in.csv", rows)
    expect(page.get_by_role("cell", name="カクウテンリュウシステムズカブシキガイシャ")).to_be_visible()
    page.get_by_role("button", name="1件を取り込む").click()
    expect(page.get_by_text("1件を取り込みました。")).to_be_visible()

    page = editor.go("/organizations/tables/")
    again = taken_out(page, tmp_path)
    assert again == rows
    brought_in(page, tmp_path / "again.csv", again)
    expect(page.get_by_text("登録と同じ内容です。")).to_be_visible()


def test_without_scripts_the_result_is_one_click_away(visit, tmp_path):
    editor = visit("editor@example.jp", scripts=False)
    page = editor.go("/organizations/tables/")
    brought_in(page, tmp_path / "in.csv", [["機関ID", "紹介"], ["demo-hamana-shinkin", "x"]])
    for _look in range(20):
        if not page.get_by_role("link", name="いまの状態を見る").count():
            break
        page.wait_for_timeout(500)
        page.get_by_role("link", name="いまの状態を見る").click()
    expect(page.get_by_text("取り込めない行があるため、何も変えていません。")).to_be_visible()
    expect(page.get_by_text("編集者に依頼してください")).to_be_visible()
