"""Records that look like one: how alike two names are, and that none of the alike is missed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network import actions
from network.models import Application, NotDuplicate, Organization
from network.stewarding import duplicates
from network.stewarding.duplicates import Line, bigrams, core_of, differing, search, similarity, weights_of
from tests.cast import make_organization

STEMS = st.text(alphabet="天竜浜名湖山川田中島ソフトシステム信用金庫商工会abc", min_size=1, max_size=10)
ANYTHING = st.text(max_size=20)
VARIANTS = [
    ("株式会社天竜システム", "天竜システム（株）"),
    ("㈱天竜システム", "天竜システム"),
    ("有限会社 天竜ｼｽﾃﾑ", "天竜システム㈲"),
    ("一般社団法人　浜名湖ＤＸ協会", "浜名湖DX協会"),
    ("天龍システム", "天竜システム"),
    ("髙橋税理士事務所", "高橋 税理士事務所"),
    ("Tenryu Systems Co., Ltd.", "ＴＥＮＲＹＵ　ＳＹＳＴＥＭＳ"),
    ("架空 天竜・システム", "天竜システム"),
    ("特定非営利活動法人支援の輪", "ＮＰＯ法人 支援の輪"),
    ("合同会社あおば", "あおば(同)"),
]


@pytest.mark.parametrize(("one", "other"), VARIANTS)
def test_what_clerks_write_differently_is_one_name(one, other):
    assert similarity(one, other) == 100


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("天竜システム", "天竜システムズ", 85, 99),
        ("浜名信用金庫", "浜松信用金庫", 40, 70),
        ("天竜システム", "浜名湖商工会", 0, 10),
        ("株式会社", "有限会社", 0, 60),
    ],
)
def test_names_are_as_alike_as_a_reader_would_say(one, other, least, most):
    assert least <= similarity(one, other) <= most


@given(ANYTHING, ANYTHING)
def test_likeness_has_no_direction_and_a_name_is_like_itself(one, other):
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) == 100
    assert 0 <= similarity(one, other) <= 100


@given(STEMS, st.sampled_from(["株式会社{}", "{}（株）", "㈱{}", " {} ", "架空　{}", "{}　有限会社"]))
def test_legal_forms_and_spaces_say_nothing(stem, form):
    assert similarity(form.format(stem), stem) == 100


@given(ANYTHING)
def test_a_core_is_never_empty_unless_the_name_is(name):
    assert bool(core_of(name)) == bool(name)


@given(ANYTHING, ANYTHING)
def test_marked_pieces_make_the_names_again(one, other):
    left, right = differing(one, other)
    assert "".join(text for text, _differs in left) == one
    assert "".join(text for text, _differs in right) == other
    assert "".join(text for text, differs in left if not differs) == "".join(
        text for text, differs in right if not differs
    )


@given(
    st.lists(st.tuples(STEMS, st.sampled_from(["22", "23"]), st.sampled_from(["22101", "22102", None])), max_size=14)
)
def test_the_quick_search_finds_what_comparing_all_with_all_finds(rows):
    lines = [Line(pk, core_of(name), "", place, town, True) for pk, (name, place, town) in enumerate(rows, start=1)]
    weights = weights_of(line.core for line in lines)
    wanted = {}
    for i, one in enumerate(lines):
        for other in lines[i + 1 :]:
            percent = duplicates._alike(one.core, other.core, weights)
            town = one.municipality is not None and one.municipality == other.municipality
            if (town and percent >= 65) or (one.prefecture == other.prefecture and percent >= 80):
                wanted[one.pk, other.pk] = percent
    assert {(pair.first, pair.second): pair.percent for pair in search(lines)} == wanted


def test_pairs_of_characters_that_all_names_have_weigh_least():
    weights = weights_of([f"{stem}信用金庫" for stem in ("浜名", "遠州", "駿河", "伊豆")])
    assert weights["信用"] < weights["浜名"] <= 1
    assert bigrams("浜") == {"浜"}


def test_the_same_reading_in_a_prefecture_is_looked_at():
    lines = [
        Line(1, "斉藤会計", "さいとうかいけい", "22", None, True),
        Line(2, "西東経理", "さいとうかいけい", "22", None, True),
        Line(3, "西等経理", "さいとうかいけい", "23", None, True),
    ]
    (pair,) = search(lines)
    assert (pair.first, pair.second, pair.reason) == (1, 2, "kana")


def test_two_closed_records_are_no_pair_and_a_closed_and_an_open_one_are():
    lines = [Line(pk, "天竜", "", "22", None, pk == 3) for pk in (1, 2, 3)]
    assert [(pair.first, pair.second) for pair in search(lines)] == [(1, 3), (2, 3)]


# --- In the registry ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_dismissed_pairs_are_gone_and_come_back(by):
    one, other = make_organization("one", name="架空 天竜"), make_organization("other", name="架空 天竜（株）")
    ((pair),) = duplicates.suspected()
    assert (pair.first, pair.second, pair.percent) == (one.pk, other.pk, 100)
    entry = actions.not_duplicates(other, one, by=by)
    assert (entry.first, entry.second, entry.by) == (one, other, by)
    assert actions.not_duplicates(one, other, by=by) == entry
    assert duplicates.suspected() == []
    actions.maybe_duplicates(entry, by=by)
    assert len(duplicates.suspected()) == 1
    assert not NotDuplicate.objects.exists()


@pytest.mark.django_db
def test_the_answer_is_kept_for_a_version_of_the_registry(django_assert_num_queries, by):
    make_organization("one", name="架空 天竜")
    duplicates.likenesses()
    with django_assert_num_queries(1):  # which version it is
        duplicates.likenesses()
    other = make_organization("other", name="天竜")
    assert duplicates.likenesses() == []
    actions.changed(other)
    assert len(duplicates.likenesses()) == 1


@pytest.mark.django_db
def test_merged_records_are_no_candidates(by):
    one, other = make_organization("one", name="架空 天竜"), make_organization("other", name="天竜")
    actions.merge(one, other, reason="同じ", by=by)
    assert duplicates.suspected() == []


@pytest.mark.django_db
def test_applications_are_held_against_numbers_and_names():
    made = make_organization("one", name="架空 天竜システム", corporate_number="7000012050002", is_active=False)
    common = {
        "kind": "shinkin_bank",
        "has_ties": False,
        "applicant_name": "架空 太郎",
        "applicant_email": "a@example.jp",
    }
    number = Application.objects.create(name="別の名", corporate_number="7000012050002", prefecture="13", **common)
    named = Application.objects.create(name="天竜システム株式会社", prefecture="22", **common)
    Application.objects.create(name="天竜システム", prefecture="13", **common)
    Application.objects.create(name="天竜システム", prefecture="22", state="declined", reason="x", **common)
    assert duplicates.applications() == [(number, made), (named, made)]
    Organization.objects.all().delete()
    assert duplicates.applications() == []
    assert number.created_at - named.created_at < timedelta(0)
