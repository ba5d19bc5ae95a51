"""What a case page tells beside its sections: facts for all its readers, figures as bars, labels with their meaning."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from casebook import showing
from casebook.models import Case, Measure, Participant, Version
from casebook.reading import read
from network.models import Capability
from tests.cast import READERS

pytestmark = pytest.mark.django_db


def page(world, case: str, reader: str) -> str:
    client = Client()
    if reader != "anonymous":
        client.force_login(world.people[reader])
    answer = client.get(f"/cases/{world.cases[case].pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def told(world):
    """The case `mixed` with all its facts."""
    Case.objects.filter(pk=world.cases["mixed"].pk).update(
        subtitle="小さな倉庫の話",
        size_band="21-50",
        contact="地域支援部",
        keywords=["出荷", "倉庫番"],
        schemes=["架空の補助金"],
        related_urls=["https://example.jp/related"],
        version=2,
        municipality="22130",
    )
    Participant.objects.get(case=world.cases["mixed"]).capabilities.add(Capability.objects.get(code="inventory"))
    return world


def test_everybody_who_reads_any_of_it_sees_the_facts(told):
    html = page(told, "mixed", "anonymous")
    for fact in ("小さな倉庫の話", "21〜50人", "地域支援部", "出荷、倉庫番", "静岡県浜松市", "第2版"):
        assert fact in html


def test_schemes_links_and_partners_go_with_their_sections(told):
    for reader, shown, hidden in (
        ("anonymous", [], ["架空の補助金", "example.jp/related", "担った支援領域"]),
        ("partner", ["担った支援領域: 在庫管理"], ["架空の補助金", "example.jp/related"]),
        ("stranger", ["example.jp/related"], ["架空の補助金", "担った支援領域"]),
        ("colleague", ["架空の補助金", "example.jp/related", "担った支援領域"], []),
    ):
        html = page(told, "mixed", reader)
        assert [word for word in shown if word not in html] == [], reader
        assert [word for word in hidden if word in html] == [], reader


@pytest.mark.parametrize("reader", ["anonymous", "partner", "stranger", "colleague"])
def test_how_far_one_reads_is_said(told, reader):
    html = page(told, "mixed", reader)
    [reading] = read([told.cases["mixed"]], told.people[reader])
    said = "・".join(str(section.get_kind_display()) for section in reading.sections)
    assert f"読める範囲: {said}" in " ".join(html.split())
    assert ("（ほかにもあります）" in html) == reading.has_more


def test_every_section_bears_its_label_and_what_it_asks(world):
    html = page(world, "mixed", "colleague")
    for kind, label, meaning in (
        ("summary", "TLP:CLEAR", "渡す相手に制限はありません"),
        ("lessons", "TLP:GREEN", "仲間うちで渡せますが"),
        ("team", "TLP:AMBER", "その顧客のうち"),
        ("background", "TLP:AMBER+STRICT", "組織の中で、知る必要のある人だけ"),
        ("identity", "TLP:RED", "名指しされた受け手だけ"),
    ):
        head = html.split(f'id="h-{kind}"')[1].split("</div>")[0]
        assert f'aria-describedby="tlp-{kind}">{label}</span>' in head
        assert meaning in head.split(f'id="tlp-{kind}"')[1]


@pytest.mark.parametrize(
    ("case", "reader", "label"),
    [("public", "anonymous", "CLEAR"), ("mixed", "partner", "AMBER"), ("mixed", "colleague", "RED")],
)
def test_a_print_bears_the_strictest_label_of_what_it_holds_at_head_and_foot(world, case, reader, label):
    html = page(world, case, reader)
    assert f'<p class="print-tlp head-tlp" aria-hidden="true">TLP:{label}</p>' in html
    assert f'<p class="print-tlp foot-tlp" aria-hidden="true">TLP:{label}</p>' in html


@pytest.mark.parametrize("reader", READERS)
def test_only_those_inside_are_offered_to_write(world, reader):
    html = page(world, "public", reader)
    assert ("書き直す" in html) == (reader == "editor")
    assert ("公開範囲を変える" in html) == (reader == "editor")
    assert ("ほかの人からの見え方" in html) == (reader == "editor")


def test_who_was_asked_goes_on_with_the_draft(world):
    assert "下書きを続ける" in page(world, "written", "delegate")
    assert "下書きを見る" in page(world, "written", "colleague")


@pytest.mark.parametrize(
    ("before", "after", "lengths"),
    [
        (80.0, 20.0, (100, 25)),
        (20.0, 80.0, (25, 100)),
        (5.0, 5.0, (100, 100)),
        (0.0, 3.0, (0, 100)),
        (0.0, 0.0, (None, None)),
        (-3.0, 2.0, (None, None)),
        (None, 2.0, (None, None)),
        (2.0, None, (None, None)),
        (1e-300, 1e300, (0, 100)),
    ],
)
def test_bars_are_drawn_to_the_larger_of_the_two(before, after, lengths):
    bar = showing.bar_of(Measure(name="入力時間", unit="分", before=before, after=after))
    assert (bar.before, bar.after) == lengths


def test_outcomes_stand_as_bars_and_in_a_table(world):
    measure = Measure.objects.get(case=world.cases["public"])
    Measure.objects.filter(pk=measure.pk).update(how="1週間ずつ測定", on=date(2026, 3, 1))
    html = page(world, "public", "anonymous")
    assert '<rect class="fill-before" width="100"' in html
    assert '<rect class="fill-key" width="6"' in html
    row = html.split("<tbody>")[1].split("</tr>")[0]
    for said in ("80分", "5分", "1週間ずつ測定", "2026年3月1日"):
        assert said in row


def test_the_day_of_the_version_is_that_of_its_publication(world):
    case = world.cases["public"]
    Case.objects.filter(pk=case.pk).update(version=7)
    case.refresh_from_db()
    assert showing.published_on(case) == date(2025, 11, 1)
    version = Version.objects.create(case=case, number=7, content={}, digest="1" * 64)
    assert showing.published_on(case) == timezone.localdate(version.published_at)


def test_the_page_asks_as_often_for_three_as_for_one(told, django_assert_max_num_queries):
    with django_assert_max_num_queries(200) as first:
        page(told, "mixed", "colleague")
    for name in ("helper", "elsewhere"):
        took = Participant.objects.create(case=told.cases["mixed"], organization=told.organizations[name], role=name)
        took.capabilities.add(*Capability.objects.filter(code__in=["pmo", "rfp"]))
        Measure.objects.create(case=told.cases["mixed"], name=name, before=1, after=2)
    with django_assert_max_num_queries(len(first)):
        page(told, "mixed", "colleague")
