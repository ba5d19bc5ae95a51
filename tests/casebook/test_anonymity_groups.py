"""k-anonymity: how many companies fit, what would make it more, and who is counted for whom. All counts are made up."""

import pytest
from django.utils.translation import override

from casebook.anonymity import apply_suggestion, findings, population
from casebook.models import Case, EstablishmentCount, Grant, Section
from casebook.writing.content import Content, Planned
from network.models import Municipality
from tests.cast import make_organization

TOLD = Content(prefecture="22", municipality="22130", industry="E", size_band="21-50", year=2025)
WARD = "22138"
NOWHERE = {"prefecture": "22", "municipality": None, "industry": "", "size_band": ""}


@pytest.fixture(autouse=True)
def _k(settings):
    settings.ANONYMITY_K = 5


@pytest.fixture
def case(small):
    return Case.objects.create(external_id="架空-0", title="架空の事例", owner=small.owner, state="draft")


def counted(count, **cell):
    values = {**NOWHERE, **cell}
    values["municipality_id"] = values.pop("municipality")
    return EstablishmentCount.objects.create(count=count, source="架空の統計", as_of="2021", **values)


def told_like(owner, number, *, key="network", **values):
    """A published case that tells the same, with its summary open to a key."""
    facts = {"prefecture": "22", "municipality_id": "22130", "industry": "E", "size_band": "21-50", "year": 2025}
    made = Case.objects.create(external_id=f"架空-{number}", title="架空", owner=owner, **facts | values)
    section = Section.objects.create(case=made, kind="summary", text="架空")
    if key:
        Grant.objects.create(section=section, key=key)
    return made


def small_group(content, reader, case, naming="region"):
    found = [one for one in findings(content, reader=reader, naming=naming, case=case) if one.kind == "small_group"]
    assert len(found) <= 1
    return found[0] if found else None


EXACT = {"municipality": "22130", "industry": "E", "size_band": "21-50"}
TRUTH = [
    # what is counted, what the case tells, how many others tell the same, whether that is too few
    ([], {}, 0, True),
    ([], {}, 1, False),
    ([], {"municipality": None}, 0, False),
    ([], {"industry": "", "size_band": ""}, 0, False),
    ([], {"industry": ""}, 0, True),
    ([(4, EXACT)], {}, 0, True),
    ([(4, EXACT)], {}, 3, True),
    ([(5, EXACT)], {}, 0, False),
    ([(0, EXACT)], {}, 0, True),
    ([(4, {"municipality": "22130", "industry": "E"})], {}, 0, True),
    ([(4, {"municipality": "22130", "industry": "E"})], {}, 2, True),
    ([(900, {"municipality": "22130", "industry": "E"})], {}, 0, True),
    ([(900, {"municipality": "22130", "industry": "E"})], {}, 1, False),
    ([(900, {"municipality": "22130", "industry": "E"})], {"size_band": ""}, 0, False),
    ([(3, {"industry": "E", "size_band": "21-50"})], {"municipality": None}, 0, True),
    ([(3, {"industry": "E"})], {"municipality": None}, 0, True),
    ([(3000, {"industry": "E"})], {"municipality": None}, 0, False),
    ([(2, {"municipality": "22130", "industry": "D"})], {}, 1, False),
    ([(2, {"municipality": "22131", "industry": "E"})], {}, 1, False),
    ([(2, {"prefecture": "23", "industry": "E"})], {}, 1, False),
]


@pytest.mark.parametrize("line", TRUTH)
def test_the_truth_about_small_groups(line, small, case):
    cells, changes, others, too_few = line
    for count, cell in cells:
        counted(count, **cell)
    content = TOLD.changed(**changes)
    for number in range(others):
        told_like(small.partner, number + 1)
    assert bool(small_group(content, small["editor"], case)) is too_few
    assert small_group(content, small["editor"], case, naming="real") is None


@pytest.mark.parametrize(("k", "too_few"), [(4, False), (5, True)])
def test_k_is_a_setting(k, too_few, small, case, settings):
    settings.ANONYMITY_K = k
    counted(4, **EXACT)
    assert bool(small_group(TOLD, small["editor"], case)) is too_few


@pytest.mark.django_db
def test_the_smallest_known_bound_is_told_with_its_words():
    counted(700, municipality="22130", industry="E")
    counted(40, industry="E", size_band="21-50")
    estimate = population(TOLD)
    assert (estimate.count, estimate.exact) == (40, False)
    assert "静岡県 · 製造業 · 21〜50人で40社" in estimate.words
    assert estimate.source == "架空の統計（2021）"
    counted(12, **EXACT)
    estimate = population(TOLD)
    assert (estimate.count, estimate.exact) == (12, True)
    assert "浜松市 · 製造業 · 21〜50人は12社" in estimate.words


@pytest.mark.django_db
def test_the_corporations_of_the_prefecture_are_the_last_resort():
    estimate = population(TOLD)
    assert not estimate.exact
    assert estimate.count > 10_000
    assert "静岡県 · 全業種 · 全規模" in estimate.words
    assert population(Content()).count is None


@pytest.mark.django_db
def test_a_ward_has_no_more_than_its_city():
    ward = Municipality.objects.get(pk=WARD)
    assert ward.parent_id == "22130"
    counted(4, municipality="22130", industry="E")
    assert population(TOLD.changed(municipality=WARD)).count == 4


def test_each_suggestion_says_what_it_would_reach(small, case):
    counted(2, **EXACT)
    counted(60, municipality="22130", industry="E")
    counted(300, industry="E", size_band="21-50")
    told_like(small.partner, 1, municipality_id=None)
    told_like(small.partner, 2, year=2020)
    found = small_group(TOLD, small["editor"], case)
    reached = {tuple(one.values): one.reaches for one in found.suggestions}
    assert reached.pop(("municipality", "size_band")) > 10_000
    assert reached == {
        ("municipality",): 300,
        ("size_band",): 60,
        ("year",): 2,
    }
    assert "300社" in found.suggestions[0].label
    assert "ほかの事例1件" in found.suggestions[0].label
    assert "浜松市" in found.text
    assert "2社" in found.message
    assert found.place == "municipality"
    assert found.severity == "must"


def test_what_would_not_help_is_not_suggested(small, case):
    """Nobody counted, and no other case tells the same of any year or size."""
    found = small_group(TOLD, small["editor"], case)
    assert found.severity == "care"  # what nobody knows is for people to judge
    assert [tuple(one.values) for one in found.suggestions] == [("municipality",), ("municipality", "size_band")]
    assert "多くて" in found.suggestions[0].label


def test_it_is_said_in_english_too(small, case):
    with override("en"):
        assert len(small_group(TOLD, small["editor"], case).suggestions) == 2


def test_a_suggestion_taken_makes_the_finding_go(small, case):
    counted(2, **EXACT)
    counted(300, industry="E", size_band="21-50")
    found = small_group(TOLD, small["editor"], case)
    changed = apply_suggestion(TOLD.as_json(), found)
    assert changed == {"municipality": None}
    assert small_group(Content.from_json(TOLD.as_json() | changed), small["editor"], case) is None


def test_the_own_published_text_hides_nobody(small):
    own = told_like(small.owner, 1)
    assert small_group(TOLD, small["editor"], own)
    assert small_group(TOLD, small["editor"], None) is None


@pytest.mark.parametrize(
    ("key", "state", "counts"),
    [
        ("network", "published", True),
        ("public", "published", True),
        ("steward", "published", False),
        ("", "published", False),
        ("network", "draft", False),
        ("network", "archived", False),
        ("network", "taken_down", False),
    ],
)
def test_only_cases_that_the_reader_may_read_are_counted(key, state, counts, small, case):
    """A hidden case of another organization changes nothing at all; an open one does."""
    before = findings(TOLD, reader=small["editor"], naming="region", case=case)
    labels = [one.label for one in small_group(TOLD, small["editor"], case).suggestions]
    told_like(small.partner, 1, key=key, state=state)
    after = findings(TOLD, reader=small["editor"], naming="region", case=case)
    assert (after == before) is not counts
    if not counts:
        assert [one.label for one in small_group(TOLD, small["editor"], case).suggestions] == labels


def test_own_drafts_and_closed_cases_hide_nobody(small, case):
    told_like(small.owner, 1, key="")
    told_like(small.owner, 2, state="draft")
    assert small_group(TOLD, small["editor"], case)


def naming(content, level, reader, case):
    return [
        (one.place, one.text, one.severity.value, one.suggestion)
        for one in findings(content, reader=reader, naming=level, case=case)
        if one.kind == "naming"
    ]


def test_anonymous_shows_neither_industry_nor_place(small, case):
    assert naming(TOLD, "anonymous", small["editor"], case) == [
        ("industry", "製造業", "must", {"industry": ""}),
        ("prefecture", "静岡県", "must", {"prefecture": "", "municipality": None}),
        ("municipality", "浜松市", "must", {"municipality": None}),
    ]
    assert naming(TOLD, "region", small["editor"], case) == []
    assert naming(TOLD, "real", small["editor"], case) == []
    assert naming(Content(title="架空"), "anonymous", small["editor"], case) == []


def test_without_the_real_name_the_identity_stays_closed(small, case):
    content = Content(sections={"identity": "株式会社架空サンプル 053-456-7890"})
    opened = content.changed(audience={"identity": Planned(("network",))})
    closed = {"audience": {"identity": {"keys": [], "until": None}}}
    for level in ("region", "anonymous"):
        assert naming(opened, level, small["editor"], case) == [("identity", "実名・連絡先", "must", closed)]
        assert naming(content, level, small["editor"], case) == []
    assert naming(opened, "real", small["editor"], case) == []
    (found,) = findings(opened, reader=small["editor"], naming="region", case=case)
    changed = apply_suggestion(opened.as_json(), found)
    assert (
        findings(Content.from_json(opened.as_json() | changed), reader=small["editor"], naming="region", case=case)
        == []
    )


def test_an_identity_that_keeps_its_keys_is_asked_for_them(small, case):
    content = Content(sections={"identity": "架空"})
    section = Section.objects.create(case=case, kind="identity", text="架空")
    assert naming(content, "region", small["editor"], case) == []
    grant = Grant.objects.create(section=section, key="network")
    assert [place for place, *_rest in naming(content, "region", small["editor"], case)] == ["identity"]
    grant.delete()
    Grant.objects.create(section=section, key="network", until="2020-01-01")
    assert naming(content, "region", small["editor"], case) == []


def test_names_of_places_that_the_facts_leave_out(small, case):
    text = "静岡県浜松市の工場から、愛知県豊橋市へ運ぶ。"

    def places(level, **facts):
        content = Content(sections={"action": text}, **facts)
        found = findings(content, reader=small["editor"], naming=level, case=case)
        assert all(text[one.start : one.end] == one.text for one in found if one.place == "action")
        return [one.text for one in found if one.kind == "place"]

    assert places("anonymous") == ["静岡県", "浜松市", "愛知県", "豊橋市"]
    assert places("region", prefecture="22") == ["浜松市"]
    assert places("region", prefecture="22", municipality="22130") == []
    assert places("real", prefecture="22") == []


def test_an_organization_elsewhere_is_no_case(small, case):
    make_organization("elsewhere", prefecture="22")
    assert small_group(TOLD, small["editor"], case)
