"""A case in the items of the government's standard, for one reader."""

import pytest

from casebook.gif import MANDATORY, gif_of
from casebook.models import Case, Section
from casebook.reading import read
from casebook.writing.live import write
from tests.casebook.test_guide import complete
from tests.cast import word


def items(world, case: str, reader: str) -> dict[str, object]:
    person = world.people[reader]
    [reading] = read(Case.objects.visible_to(person).filter(pk=world.cases[case].pk), person)
    return gif_of(reading, person)


def test_a_complete_case_has_every_mandatory_item(world):
    case = world.cases["public"]
    write(case, complete(industry="H", prefecture="22", size_band="21-50", subtitle="倉庫", schemes=("補助金",)))
    found = items(world, "public", "editor")
    assert set(MANDATORY) <= found.keys()
    assert found["事例の場所"] == "静岡県"
    assert found["対象組織"] == "運輸業、郵便業・21〜50人"
    assert found["取り組みの概要"].startswith("FAXと電話")
    assert found["学んだこと"].startswith("現場の責任者")
    assert found["利用した制度"] == ["補助金"]


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        ("anonymous", {"summary": True, "action": False, "lessons": False}),
        ("outsider", {"summary": True, "action": False, "lessons": True}),
        ("editor", {"summary": True, "action": True, "lessons": True}),
    ],
)
def test_nobody_is_told_more_than_on_the_page(world, reader, told):
    Section.objects.filter(case=world.cases["mixed"], kind="lessons").update(
        text=f"## もう一度やるなら\n\n{word('mixed', 'lessons')}"
    )
    case = world.cases["mixed"]
    case.schemes, case.related_urls = ["制度の名"], ["https://example.jp/relatedurl"]
    case.save()
    found = str(items(world, "mixed", reader))
    for kind, seen in told.items():
        assert (word("mixed", kind) in found) == seen, kind
    assert ("制度の名" in found) == told["action"]
    assert ("relatedurl" in found) == (reader == "editor")


def test_a_related_case_that_is_hidden_is_not_named(world):
    world.cases["public"].related.set([world.cases["network"], world.cases["draft"]])
    assert items(world, "public", "anonymous").get("関連事例") is None
    assert items(world, "public", "outsider")["関連事例"] == ["case-network"]
    assert items(world, "public", "editor")["関連事例"] == ["case-draft", "case-network"]


@pytest.mark.parametrize("named", [1, 3])
def test_a_fixed_number_of_queries(world, django_assert_num_queries, named):
    person = world.people["editor"]
    case = world.cases["public"]
    case.related.set([world.cases[name] for name in ("network", "draft", "lab")[:named]])
    visible = Case.objects.visible_to(person).prefetch_related("capabilities").select_related("owner", "municipality")
    [reading] = read(visible.filter(pk=case.pk), person)
    with django_assert_num_queries(4):
        gif_of(reading, person)
