"""The demo casebook is data that people read: its form, its lengths and its promises of anonymity are checked here.

The rules are those of the `import_cases` line format; only the standard library is needed, no database.
"""

import csv
import datetime as dt
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "casebook/data/demo_cases.jsonl").read_text(encoding="utf-8").splitlines()
CASES = [json.loads(line) for line in LINES]
PUBLIC_ID = "case-hamamatsu-soko"
FICTION = [case for case in CASES if case["id"] != PUBLIC_ID]
PUBLIC = next(case for case in CASES if case["id"] == PUBLIC_ID)

REQUIRED = {"id", "title", "owner", "industry", "prefecture", "year", "phases", "capabilities", "outcome", "tlp",
            "participants", "sections", "measures"}  # fmt: skip
OPTIONAL = {"stage_before", "stage_after", "source", "published"}
SECTION_KINDS = ["summary", "background", "action", "result", "lessons", "team", "identity", "attachment"]
ALWAYS_WRITTEN = {"summary", "background", "action", "result", "lessons", "team"}
ORGANIZATIONS = {
    "demo-hamana-shinkin": "浜名湖信用金庫",
    "demo-tenryu-systems": "天竜システムズ",
    "demo-itc-enshu": "遠州ITコーディネータ会",
    "demo-hamamatsu-cci": "浜松中央商工会議所",
    "demo-suruga-bank": "するが湾銀行",
    "demo-kaga-consul": "加賀経営支援事務所",
    "demo-naniwa-soft": "なにわソフトウェア工房",
    "demo-kitakyu-bank": "北九州みなと銀行",
    "demo-sapporo-it": "札幌ゆきぐも情報",
    "demo-iyo-tax": "伊予税理士法人",
    "demo-saas-musubi": "つみきクラウド",
    "demo-niigata-cci": "越後商工会",
    "demo-network-office": "結び目 事務局",
}
KEY = re.compile(r"public|network|lab:静岡県|org:(?P<organization>demo-[a-z-]+)")
COMPANY_FORM = r"株式会社|有限会社|合同会社|社会福祉法人|農事組合法人|美容室|湯宿"
CONTACT = re.compile(r"@|\d{2,4}-\d{2,4}-\d{4}")

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
each_fiction = pytest.mark.parametrize("case", FICTION, ids=lambda case: case["id"])


def vocabulary(name):
    with (ROOT / "network/data" / name).open(encoding="utf-8", newline="") as handle:
        return {row["code"] for row in csv.DictReader(handle)}


def texts(case):
    return {section["kind"]: section["text"] for section in case["sections"]}


def characters(text):
    """Length as a reader counts it: without spaces and line breaks."""
    return len("".join(text.split()))


def keys_by_kind(case):
    return {section["kind"]: section["keys"] for section in case["sections"]}


def accepted(case):
    """Keys of everything but the identity section."""
    return {key for kind, keys in keys_by_kind(case).items() if kind != "identity" for key in keys}


def client_names(case):
    """The client's name as the identity section gives it, with and without its legal form."""
    name = re.match(r"架空 ([^（]+)（", texts(case)["identity"])[1]
    return {name, re.sub(COMPANY_FORM, "", name)}


def is_open(case):
    return all(keys == ["public"] for kind, keys in keys_by_kind(case).items() if kind != "identity")


# --- the file


def test_twelve_fictional_cases_and_the_public_one_last():
    assert [case["id"] for case in CASES] == [f"demo-case-{n:02}" for n in range(1, 13)] + [PUBLIC_ID]


def test_one_object_a_line_without_blank_lines():
    assert all(line.startswith("{") and line.endswith("}") for line in LINES)


@each_case
def test_keys_of_a_case_are_those_of_the_format(case):
    assert set(case) >= REQUIRED
    assert set(case) <= REQUIRED | OPTIONAL


@each_case
def test_nested_objects_have_no_unknown_keys(case):
    assert all({"kind", "text", "keys"} <= set(s) <= {"kind", "text", "keys", "until"} for s in case["sections"])
    assert all(set(m) == {"name", "unit", "before", "after"} for m in case["measures"])
    assert all(set(p) == {"organization", "role"} for p in case["participants"])
    assert set(case.get("source", {})) <= {"title", "url"}


# --- codes and values


@each_case
def test_phases_and_capabilities_are_in_the_vocabularies(case):
    assert set(case["phases"]) <= vocabulary("phases.csv")
    assert set(case["capabilities"]) <= vocabulary("capabilities.csv")


@each_case
def test_three_to_seven_capabilities_none_twice(case):
    assert 3 <= len(case["capabilities"]) <= 7
    assert len(set(case["capabilities"])) == len(case["capabilities"])


@each_case
def test_industry_prefecture_and_year_are_plausible(case):
    assert case["industry"] in set("ABCDEFGHIJKLMNOPQRST")
    assert re.fullmatch(r"0[1-9]|[1-3][0-9]|4[0-7]", case["prefecture"])
    assert 2021 <= case["year"] <= 2025


@each_fiction
def test_stages_do_not_fall(case):
    assert 1 <= case["stage_before"] <= case["stage_after"] <= 4
    assert (case["stage_after"] == case["stage_before"]) == (case["outcome"] == "failure")


@each_case
def test_measures_are_numbers_with_a_unit(case):
    assert 1 <= len(case["measures"]) <= 3
    for measure in case["measures"]:
        assert measure["name"]
        assert measure["unit"]
        assert isinstance(measure["before"], int | float)
        assert isinstance(measure["after"], int | float)


@each_case
def test_measured_figures_are_told_in_the_text_too(case):
    told = "".join(texts(case).values()).replace(",", "")
    figures = [value for measure in case["measures"] for value in (measure["before"], measure["after"]) if value]
    assert [value for value in figures if f"{value:g}" not in told] == []


def test_two_failures_two_partial_the_rest_success():
    outcomes = [case["outcome"] for case in CASES]
    assert outcomes.count("failure") == 2
    assert outcomes.count("partial") == 2
    assert outcomes.count("success") == 9


def test_spread_over_the_country_and_over_trades():
    assert len({case["prefecture"] for case in FICTION}) >= 9
    assert len({case["industry"] for case in FICTION}) >= 9
    assert sum(case["prefecture"] == "22" for case in FICTION) >= 2


# --- text


@each_fiction
def test_length_over_the_sections(case):
    assert 800 <= sum(characters(text) for text in texts(case).values()) <= 2000


@each_case
def test_summary_fits_the_300_characters_of_gif(case):
    assert 0 < len(texts(case)["summary"]) <= 300


@each_case
def test_sections_stand_once_and_in_order(case):
    kinds = [section["kind"] for section in case["sections"]]
    assert kinds == sorted(set(kinds), key=SECTION_KINDS.index)


@each_fiction
def test_every_fictional_case_tells_its_whole_story(case):
    assert set(texts(case)) >= ALWAYS_WRITTEN


@each_case
def test_text_is_clean(case):
    for text in (case["title"], *texts(case).values()):
        assert text == text.strip()
        assert not re.search("[！!\u3000\ufffd\t]|\n\n", text)


# --- fiction is marked, clients stay anonymous


@each_fiction
def test_every_organization_in_a_text_is_marked_fictional(case):
    for text in texts(case).values():
        for name in ORGANIZATIONS.values():
            assert text.count(name) == text.count(f"架空 {name}")


@each_fiction
def test_identity_is_marked_fictional(case):
    identity = texts(case)["identity"]
    assert identity.startswith("架空 ")
    assert identity.count("架空 ") >= 2
    assert "000-0000-" in identity
    assert "@example.jp" in identity


@each_fiction
def test_client_is_named_in_the_identity_section_only(case):
    elsewhere = case["title"] + "".join(text for kind, text in texts(case).items() if kind != "identity")
    assert not any(name in elsewhere for name in client_names(case))
    assert not CONTACT.search(elsewhere)
    assert "浜松市" not in elsewhere


def test_a_client_named_in_its_own_summary_would_be_noticed():
    assert client_names(FICTION[0]) == {"みおつくし切削株式会社", "みおつくし切削"}
    assert CONTACT.search(texts(FICTION[0])["identity"])


@each_fiction
def test_team_names_every_participant(case):
    team = texts(case)["team"]
    assert all(ORGANIZATIONS[p["organization"]] in team for p in case["participants"])


# --- who may read


@each_case
def test_keys_have_the_form_of_the_format(case):
    for keys in keys_by_kind(case).values():
        for key in keys:
            match = KEY.fullmatch(key)
            assert match, key
            assert match["organization"] is None or match["organization"] in ORGANIZATIONS


@each_case
def test_owner_and_participants_are_known(case):
    organizations = [p["organization"] for p in case["participants"]]
    assert {case["owner"], *organizations} <= set(ORGANIZATIONS)
    assert len(set(organizations)) == len(organizations)


@each_fiction
def test_two_to_four_participants_with_the_owner_among_them(case):
    organizations = [p["organization"] for p in case["participants"]]
    assert 2 <= len(organizations) <= 4
    assert case["owner"] in organizations


@each_fiction
def test_identity_is_for_the_owner_or_for_participants(case):
    allowed = {f"org:{p['organization']}" for p in case["participants"]}
    assert set(keys_by_kind(case)["identity"]) <= allowed


@each_case
def test_tlp_label_agrees_with_the_keys(case):
    body = {key for kind in ("background", "action", "lessons") for key in keys_by_kind(case)[kind]}
    expected = {"CLEAR": {"public"}, "GREEN": {"network"}, "AMBER": {"lab:静岡県"}, "RED": set()}
    assert body == expected[case["tlp"]]


def test_four_fictional_cases_are_open_but_for_the_identity():
    assert [case["id"] for case in FICTION if is_open(case)] == [f"demo-case-{n}" for n in ("04", "06", "10", "12")]


def test_one_draft_readable_by_its_owner_alone():
    drafts = [case for case in CASES if "published" not in case]
    assert [case["id"] for case in drafts] == ["demo-case-11"]
    assert accepted(drafts[0]) == set()
    assert keys_by_kind(drafts[0])["identity"] == []


def test_one_case_is_for_the_lab_only():
    assert [case["id"] for case in CASES if accepted(case) == {"lab:静岡県"}] == ["demo-case-03"]


def test_one_team_section_is_granted_for_a_term():
    terms = [(c["id"], s["kind"], s["until"]) for c in CASES for s in c["sections"] if "until" in s]
    assert terms == [("demo-case-08", "team", "2027-03-31")]


@each_case
def test_published_after_the_year_of_the_case(case):
    if "published" in case:
        assert dt.date.fromisoformat(case["published"]) > dt.date(case["year"], 12, 31)


# --- the public case


def test_public_case_is_open_and_cites_its_source():
    assert set().union(*keys_by_kind(PUBLIC).values()) == {"public"}
    assert PUBLIC["source"]["title"].startswith("経済産業省")
    assert PUBLIC["source"]["url"].startswith("https://")
    assert not any("source" in case for case in FICTION)


def test_public_case_keeps_to_what_the_source_states():
    assert not {"stage_before", "stage_after"} & set(PUBLIC)
    assert PUBLIC["participants"] == []
    assert "「営業利益率4.5%向上」" in texts(PUBLIC)["result"]
    assert "原文の表記のまま" in texts(PUBLIC)["result"]


def test_public_case_gives_the_printed_figure():
    assert PUBLIC["measures"][0]["unit"] == "%"
    assert (PUBLIC["measures"][0]["before"], PUBLIC["measures"][0]["after"]) == (80, 5)
