"""The vocabulary files agree with each other and with the public documents they were taken from; no Django needed."""

import csv
import json
import re
import unicodedata
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "network" / "data"
FILES = sorted(path.name for path in DATA.iterdir() if path.suffix in {".csv", ".zip"})
PREFECTURES = {f"{number:02d}" for number in range(1, 48)}
LEADS = {"bank", "local_it_vendor", "outside_consultant", "client"}

COLUMNS = {
    "activities": "code,name_ja,name_en,process_phases",
    "bank_steps": "phase,order,code,name_ja,name_en,leads",
    "bpo_areas": "code,name_ja,name_en,capability",
    "capabilities": "code,area,name_ja,name_en,definition_ja,definition_en,synonyms,phases,activities",
    "capability_areas": "code,order,name_ja,name_en",
    "credential_capabilities": "credential,capabilities",
    "credentials": "code,name_ja,name_en,kind",
    "demand_layers": "code,name_ja,name_en,definition_ja,definition_en",
    "digital_stages": "code,name_ja,name_en,share,example_ja,example_en,definition_ja,definition_en",
    "industries": "code,parent,name_ja,name_en",
    "labs": "name,prefecture,bureau,round,selected_on,area_kind,areas,note",
    "municipalities": "code,check_digit,prefecture,district,name,kana,kind,parent,retired_on,successor",
    "municipality_changes": "code,name,kana,retired_on,successor,note",
    "organization_kinds": "code,name_ja,name_en,primary_doctor,group",
    "phases": "code,order,name_ja,name_en,lead_in_bank_model,description_ja,description_en",
    "prefecture_adjacency": "a,b,link",
    "prefecture_figures": "jis_code,prefecture,dx_certified_all,dx_certified_sme,corporations",
    "prefectures": "code,name_ja,kana,name_en",
    "process_phases": "code,order,name_ja,name_en,description_ja,description_en",
    "rating_levels": "code,name_ja,name_en,observable_ja,observable_en",
    "region_groupings": "grouping,region,name_ja,name_en,prefecture",
    "size_bands": "code,order,least,most,name_ja,name_en",
    "tlp_labels": "code,order,name_ja,name_en,definition_ja,definition_en",
}
MAY_BE_EMPTY = {
    ("industries", "parent"),
    ("labs", "note"),
    ("size_bands", "most"),
    *(("municipalities", column) for column in ("district", "parent", "retired_on", "successor")),
}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes(name: str) -> set[str]:
    return {row["code"] for row in rows(name)}


def many(cell: str) -> list[str]:
    """The values of a cell that holds several."""
    return cell.split("|") if cell else []


def folded(word: str) -> str:
    """A word as search compares it: widths and case do not count."""
    return unicodedata.normalize("NFKC", word).casefold()


def check_digit(code: str) -> str:
    """The rule of 全国地方公共団体コード, written out apart from the command that builds the file."""
    a, b, c, d, e = map(int, code)
    return str((11 - (6 * a + 5 * b + 4 * c + 3 * d + 2 * e) % 11) % 10)


class TestFiles:
    def test_the_files_are_the_ones_expected(self) -> None:
        assert sorted([*(f"{name}.csv" for name in COLUMNS), "postal_codes.zip"]) == FILES

    @pytest.mark.parametrize("name", COLUMNS)
    def test_columns_and_shape(self, name: str) -> None:
        text = (DATA / f"{name}.csv").read_bytes().decode("utf-8")
        assert not text.startswith("\ufeff")
        assert "\r" not in text
        assert text.endswith("\n")
        header, *body = csv.reader(text.splitlines())
        assert ",".join(header) == COLUMNS[name]
        assert {len(row) for row in body} == {len(header)}

    @pytest.mark.parametrize("name", COLUMNS)
    def test_cells_are_trimmed_and_filled(self, name: str) -> None:
        for row in rows(name):
            for column, cell in row.items():
                assert cell == cell.strip(), (row, column)
                assert cell or (name, column) in MAY_BE_EMPTY, (row, column)
                assert all(value and value == value.strip() for value in many(cell)), (row, column)

    @pytest.mark.parametrize("name", [name for name, columns in COLUMNS.items() if "_ja" in columns])
    def test_every_japanese_text_has_its_english(self, name: str) -> None:
        for column in (column for column in COLUMNS[name].split(",") if column.endswith("_ja")):
            for row in rows(name):
                english = row[column.removesuffix("_ja") + "_en"]
                assert english.isascii(), english
                assert english.endswith(".") == row[column].endswith("。"), english

    @pytest.mark.parametrize("name", [name for name, columns in COLUMNS.items() if "code" in columns.split(",")])
    def test_codes_are_unique(self, name: str) -> None:
        counted = Counter(row["code"] for row in rows(name))
        assert [code for code, count in counted.items() if count > 1] == []

    @pytest.mark.parametrize("name", [name for name, columns in COLUMNS.items() if "order" in columns.split(",")])
    def test_orders_count_up_from_one(self, name: str) -> None:
        assert [int(row["order"]) for row in rows(name)] == list(range(1, len(rows(name)) + 1))

    def test_every_file_names_its_source(self) -> None:
        sources = json.loads((DATA / "sources.json").read_text(encoding="utf-8"))
        assert sorted(sources) == FILES
        for name, entry in sources.items():
            assert set(entry) == {"title", "version", "source", "note"}, name
            assert all(isinstance(text, str) and text.strip() for text in entry.values()), name


class TestPrefectures:
    def test_all_47_in_order(self) -> None:
        assert [row["code"] for row in rows("prefectures")] == sorted(PREFECTURES)
        names = {row["code"]: row["name_ja"] for row in rows("prefectures")}
        assert (names["01"], names["13"], names["22"], names["27"], names["47"]) == (
            "北海道",
            "東京都",
            "静岡県",
            "大阪府",
            "沖縄県",
        )
        assert all(re.fullmatch(r"[ァ-ヶ]+", row["kana"]) for row in rows("prefectures"))

    def test_figures_have_the_same_prefectures_and_add_up(self) -> None:
        figures = rows("prefecture_figures")
        assert {row["jis_code"]: row["prefecture"] for row in figures} == {
            row["code"]: row["name_ja"] for row in rows("prefectures")
        }
        assert sum(int(row["dx_certified_all"]) for row in figures) == 1244
        assert sum(int(row["dx_certified_sme"]) for row in figures) == 574

    def test_adjacency_is_one_undirected_connected_graph(self) -> None:
        links = [(row["a"], row["b"]) for row in rows("prefecture_adjacency")]
        assert all(a < b for a, b in links)
        assert len(set(links)) == len(links)
        assert {row["link"] for row in rows("prefecture_adjacency")} == {"land", "bridge_or_tunnel", "sea"}
        neighbours: dict[str, set[str]] = defaultdict(set)
        for a, b in links:
            neighbours[a].add(b)
            neighbours[b].add(a)
        assert set(neighbours) == PREFECTURES
        reached, waiting = {"01"}, ["01"]
        while waiting:
            new = neighbours[waiting.pop()] - reached
            reached |= new
            waiting += new
        assert reached == PREFECTURES

    @pytest.mark.parametrize("grouping", ["statistics", "meti_bureau"])
    def test_each_grouping_has_every_prefecture_once(self, grouping: str) -> None:
        members = [row["prefecture"] for row in rows("region_groupings") if row["grouping"] == grouping]
        assert sorted(members) == sorted(PREFECTURES)

    def test_the_two_groupings_differ_where_the_documents_do(self) -> None:
        region = {(row["grouping"], row["prefecture"]): row["region"] for row in rows("region_groupings")}
        differing = {
            code: (region["statistics", code], region["meti_bureau", code])
            for code in PREFECTURES
            if region["statistics", code] != region["meti_bureau", code]
        }
        assert differing == {
            "15": ("chubu", "kanto"),
            "18": ("chubu", "kinki"),
            "19": ("chubu", "kanto"),
            "20": ("chubu", "kanto"),
            "22": ("chubu", "kanto"),
            "24": ("kinki", "chubu"),
        }

    def test_statistics_regions_add_up_to_the_printed_totals(self) -> None:
        region = {
            row["prefecture"]: row["region"] for row in rows("region_groupings") if row["grouping"] == "statistics"
        }
        totals: Counter[str] = Counter()
        for row in rows("prefecture_figures"):
            totals[region[row["jis_code"]]] += int(row["dx_certified_sme"])
        assert totals == {
            "hokkaido": 17,
            "tohoku": 44,
            "kanto": 206,
            "chubu": 106,
            "kinki": 69,
            "chugoku": 27,
            "shikoku": 30,
            "kyushu": 71,
            "okinawa": 4,
        }


class TestMunicipalities:
    ALL = {row["code"]: row for row in rows("municipalities")}
    CURRENT = {code: row for code, row in ALL.items() if not row["retired_on"]}
    RETIRED = {code: row for code, row in ALL.items() if row["retired_on"]}

    def test_counts_by_kind(self) -> None:
        assert Counter(row["kind"] for row in self.CURRENT.values()) == {
            "city": 772,
            "designated_city": 20,
            "special_ward": 23,
            "town": 743,
            "village": 183,
            "ward": 171,
        }
        assert list(self.ALL) == sorted(self.ALL)

    def test_check_digits(self) -> None:
        assert [code for code, row in self.ALL.items() if row["check_digit"] != check_digit(code)] == []

    @pytest.mark.parametrize(
        ("full", "name"),
        [
            ("221309", "浜松市"),
            ("011002", "札幌市"),
            ("131016", "千代田区"),
            ("112267", "鳩ヶ谷市"),
            ("234818", "一色町"),
        ],
    )
    def test_known_six_digit_codes(self, full: str, name: str) -> None:
        row = self.ALL[full[:5]]
        assert (row["check_digit"], row["name"]) == (full[5], name)

    def test_every_prefecture_is_there_and_stands_in_the_code(self) -> None:
        assert {row["prefecture"] for row in self.ALL.values()} == PREFECTURES
        assert all(code.startswith(row["prefecture"]) for code, row in self.ALL.items())

    def test_wards_and_only_wards_have_a_designated_city(self) -> None:
        for code, row in self.ALL.items():
            assert bool(row["parent"]) == (row["kind"] == "ward"), row
            if row["parent"]:
                city = self.CURRENT[row["parent"]]
                assert city["kind"] == "designated_city"
                assert row["name"].startswith(city["name"])
                assert row["kana"].startswith(city["kana"])
                assert code.startswith(city["code"][:3])
        assert {row["parent"] for row in self.CURRENT.values()} - {""} == {
            code for code, row in self.ALL.items() if row["kind"] == "designated_city"
        }

    def test_districts_are_split_from_towns_and_villages(self) -> None:
        for row in self.ALL.values():
            assert row["district"] == "" or row["district"].endswith("郡")
            if row["kind"] in {"town", "village"}:
                assert row["district"] or row["prefecture"] == "13", row
            else:
                assert row["district"] == "", row
            assert re.fullmatch(r"[ァ-ヶー]+", row["kana"]), row

    @pytest.mark.parametrize(
        ("code", "district", "name", "kana"),
        [
            ("47311", "国頭郡", "恩納村", "オンナソン"),
            ("01408", "余市郡", "余市町", "ヨイチチョウ"),
            ("10344", "北群馬郡", "榛東村", "シントウムラ"),
            ("28481", "赤穂郡", "上郡町", "カミゴオリチョウ"),
            ("13401", "", "八丈町", "ハチジョウマチ"),
            ("07203", "", "郡山市", "コオリヤマシ"),
            ("22138", "", "浜松市中央区", "ハママツシチュウオウク"),
        ],
    )
    def test_names_that_are_easy_to_split_wrongly(self, code: str, district: str, name: str, kana: str) -> None:
        row = self.CURRENT[code]
        assert (row["district"], row["name"], row["kana"]) == (district, name, kana)

    def test_retired_codes_lead_to_current_ones(self) -> None:
        for row in self.RETIRED.values():
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["retired_on"])
            assert self.CURRENT[row["successor"]]["prefecture"] == row["prefecture"]
        assert all(row["successor"] == "" for row in self.CURRENT.values())
        assert [(row["code"], row["retired_on"], row["successor"]) for row in rows("municipality_changes")] == [
            (code, row["retired_on"], row["successor"]) for code, row in self.RETIRED.items()
        ]

    def test_hamamatsu_after_2024(self) -> None:
        old = {code: row["successor"] for code, row in self.RETIRED.items() if row["retired_on"] == "2024-01-01"}
        assert old == {
            "22131": "22138",
            "22132": "22138",
            "22133": "22138",
            "22134": "22138",
            "22135": "22139",
            "22136": "22139",
            "22137": "22140",
        }


class TestIndustries:
    def test_20_majors_and_99_middles(self) -> None:
        majors = [row["code"] for row in rows("industries") if not row["parent"]]
        middles = [row["code"] for row in rows("industries") if row["parent"]]
        assert majors == list("ABCDEFGHIJKLMNOPQRST")
        assert middles == [f"{number:02d}" for number in range(1, 100)]

    def test_majors_hold_the_published_ranges(self) -> None:
        held: dict[str, list[int]] = defaultdict(list)
        for row in rows("industries"):
            if row["parent"]:
                held[row["parent"]].append(int(row["code"]))
        firsts = [1, 3, 5, 6, 9, 33, 37, 42, 50, 62, 68, 71, 75, 78, 81, 83, 86, 88, 97, 99]
        assert [numbers[0] for numbers in held.values()] == firsts
        assert all(b - a == 1 for numbers in held.values() for a, b in pairwise(numbers))

    @pytest.mark.parametrize(
        ("code", "name"),
        [
            ("09", "食料品製造業"),
            ("32", "その他の製造業"),
            ("33", "電気業"),
            ("37", "通信業"),
            ("50", "各種商品卸売業"),
            ("56", "各種商品小売業"),
            ("61", "無店舗小売業"),
            ("77", "持ち帰り・配達飲食サービス業"),
            ("91", "職業紹介・労働者派遣業"),
            ("99", "分類不能の産業"),
        ],
    )
    def test_names_at_the_borders(self, code: str, name: str) -> None:
        assert {row["code"]: row["name_ja"] for row in rows("industries")}[code] == name


class TestOrganizationKinds:
    def test_all_kinds_and_the_primary_doctors(self) -> None:
        kinds = rows("organization_kinds")
        assert len(kinds) == 21
        assert {row["code"] for row in kinds if row["primary_doctor"] == "1"} == {
            "regional_bank",
            "second_regional_bank",
            "shinkin_bank",
            "credit_cooperative",
            "local_it_vendor",
            "it_coordinator",
            "sme_consultant",
            "local_consultant",
        }
        assert {row["primary_doctor"] for row in kinds} == {"0", "1"}

    def test_chambers_and_licensed_professionals_are_split(self) -> None:
        by_group: dict[str, set[str]] = defaultdict(set)
        for row in rows("organization_kinds"):
            by_group[row["group"]].add(row["code"])
        assert by_group["chamber"] == {"chamber_of_commerce", "society_of_commerce", "federation_of_sme"}
        assert by_group["licensed"] == {
            "tax_accountant",
            "certified_public_accountant",
            "labor_consultant",
            "information_security_specialist",
        }


class TestEngagementModel:
    def test_phases_in_the_order_of_the_screens(self) -> None:
        assert [row["code"] for row in rows("phases")] == [
            "awareness",
            "intake",
            "analysis",
            "requirements",
            "procurement",
            "development",
            "operation",
            "training",
            "independence",
        ]
        assert all(set(many(row["lead_in_bank_model"])) <= LEADS for row in rows("phases"))

    def test_steps_belong_to_phases_and_are_led_by_known_roles(self) -> None:
        steps = rows("bank_steps")
        assert {row["phase"] for row in steps} == codes("phases")
        assert all(set(many(row["leads"])) <= LEADS for row in steps)
        printed = {
            "キックオフミーティング",
            "業務フロー整理",
            "課題の抽出と共有",
            "業務要件定義",
            "システム要件定義",
            "RFP作成",
            "外部協業先選定",
            "契約",
            "外部協業先管理",
            "データ移行・教育",
            "受入テスト・検収",
            "移行",
            "保守契約",
            "モニタリング",
        }
        assert printed <= {row["name_ja"] for row in steps}

    def test_four_process_phases_and_thirteen_activities(self) -> None:
        assert len(rows("process_phases")) == 4
        assert [row["code"] for row in rows("activities")] == [str(number) for number in range(1, 14)]
        used = {phase for row in rows("activities") for phase in many(row["process_phases"])}
        assert used == codes("process_phases")

    def test_small_lists(self) -> None:
        assert [row["code"] for row in rows("tlp_labels")] == ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]
        assert [row["code"] for row in rows("digital_stages")] == ["1", "2", "3", "4"]
        assert sum(round(float(row["share"]) * 10) for row in rows("digital_stages")) == 1000
        assert codes("demand_layers") == {"manifest", "latent", "indifferent"}
        assert [row["code"] for row in rows("rating_levels")] == ["0", "1", "2", "3", "4"]
        assert {row["kind"] for row in rows("credentials")} == {"general", "advanced", "learning", "license"}
        assert {row["capability"] for row in rows("bpo_areas")} <= codes("capabilities")


class TestLabs:
    def test_43_labs_in_three_rounds(self) -> None:
        labs = rows("labs")
        assert len({row["name"] for row in labs}) == 43
        assert Counter((row["round"], row["selected_on"]) for row in labs) == {
            ("1", "2023-04"): 31,
            ("2", "2023-10"): 7,
            ("3", "2024-10"): 5,
        }

    def test_labs_stand_under_the_bureau_of_their_prefecture(self) -> None:
        bureau = {
            row["prefecture"]: row["region"] for row in rows("region_groupings") if row["grouping"] == "meti_bureau"
        }
        assert all(row["bureau"] == bureau[row["prefecture"]] for row in rows("labs"))
        assert Counter(row["bureau"] for row in rows("labs")) == {
            "hokkaido": 5,
            "tohoku": 4,
            "kanto": 13,
            "chubu": 6,
            "kinki": 3,
            "chugoku": 2,
            "shikoku": 2,
            "kyushu": 7,
            "okinawa": 1,
        }

    def test_areas_are_the_places_the_names_say(self) -> None:
        prefectures = {row["code"]: row["name_ja"] for row in rows("prefectures")}
        municipalities = {row["code"]: row["name"] for row in rows("municipalities") if not row["retired_on"]}
        for row in rows("labs"):
            areas = many(row["areas"])
            assert all(area.startswith(row["prefecture"]) for area in areas)
            if row["area_kind"] == "prefecture":
                assert [prefectures[area] for area in areas] == [row["name"]]
            elif row["area_kind"] == "municipality":
                assert [municipalities[area] for area in areas] == [row["name"]]
            else:
                assert row["area_kind"] == "group"
                assert all(area in prefectures or area in municipalities for area in areas)
                assert row["note"]


class TestCapabilities:
    def test_count_and_shape(self) -> None:
        capabilities = rows("capabilities")
        assert 60 <= len(capabilities) <= 120
        assert all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", row["code"]) for row in capabilities)
        assert all(
            row["definition_ja"].endswith("。") and row["definition_ja"].count("。") == 1 for row in capabilities
        )
        assert {"pmo", "system_development", "inventory"} <= codes("capabilities")

    @pytest.mark.parametrize("column", ["name_ja", "name_en", "definition_ja", "definition_en"])
    def test_names_and_definitions_are_unique(self, column: str) -> None:
        counted = Counter(folded(row[column]) for row in rows("capabilities"))
        assert [text for text, count in counted.items() if count > 1] == []

    def test_areas(self) -> None:
        assert 8 <= len(rows("capability_areas")) <= 11
        used = Counter(row["area"] for row in rows("capabilities"))
        assert set(used) == codes("capability_areas")
        assert min(used.values()) >= 3

    def test_areas_stand_together_in_their_order(self) -> None:
        order = {row["code"]: int(row["order"]) for row in rows("capability_areas")}
        seen = [order[row["area"]] for row in rows("capabilities")]
        assert seen == sorted(seen)

    def test_every_phase_is_served_by_at_least_three(self) -> None:
        served = Counter(phase for row in rows("capabilities") for phase in many(row["phases"]))
        assert set(served) == codes("phases")
        assert min(served.values()) >= 3

    def test_every_activity_is_served(self) -> None:
        served = {activity for row in rows("capabilities") for activity in many(row["activities"])}
        assert served == codes("activities")

    def test_no_synonym_under_two_capabilities(self) -> None:
        owners: dict[str, list[str]] = defaultdict(list)
        for row in rows("capabilities"):
            for synonym in many(row["synonyms"]):
                owners[folded(synonym)].append(row["code"])
        assert {synonym: found for synonym, found in owners.items() if len(found) > 1} == {}

    def test_no_synonym_is_another_capabilitys_name(self) -> None:
        named = {folded(row["name_ja"]): row["code"] for row in rows("capabilities")}
        clashes = [
            (row["code"], synonym)
            for row in rows("capabilities")
            for synonym in many(row["synonyms"])
            if named.get(folded(synonym), row["code"]) != row["code"]
        ]
        assert clashes == []

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ("棚卸が合わない", "inventory"),
            ("手書き伝票", "paperless"),
            ("ハンコ", "paperless"),
            ("司令塔", "pmo"),
            ("どんぶり勘定", "cost_management"),
            ("ひとり情シス", "outsourced_it_department"),
        ],
    )
    def test_what_an_owner_says_is_found(self, words: str, code: str) -> None:
        assert [row["code"] for row in rows("capabilities") if words in many(row["synonyms"])] == [code]

    def test_synonyms_are_generous(self) -> None:
        assert min(len(many(row["synonyms"])) for row in rows("capabilities")) >= 8
