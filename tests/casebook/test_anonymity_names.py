"""Names that the registry knows: found for whoever may know them, let be where they belong, never told otherwise."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casebook.anonymity import findings
from casebook.models import Case
from casebook.vocabulary import Severity
from casebook.writing.content import Content, Took
from network.models import Expert, Organization, User
from tests.cast import make_organization, make_person


@pytest.fixture
def case(small):
    return Case.objects.create(external_id="架空の事例", title="架空の事例", owner=small.owner, state="draft")


@pytest.fixture
def other(small):
    """An organization that did not take part."""
    return make_organization("other", name="株式会社架空 駿遠コンサル", kind="local_consultant")


def found(content, reader, case, naming="region", kinds=("organization", "company", "person")):
    return [
        (one.kind.value, one.place, one.text, one.severity.value)
        for one in findings(content, reader=reader, naming=naming, case=case)
        if one.kind in kinds
    ]


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("架空 天竜システム", "架空 天竜システム"),
        ("架空 天竜システム", "天竜システム"),
        ("架空 天竜システム", "株式会社天竜システム"),
        ("架空 天竜システム", "架空天竜システム"),
        ("架空 天竜システム", "ﾃﾝ天竜ｼｽﾃﾑ"),
        ("株式会社天竜システム", "天竜システム㈱"),
        ("（株）天竜システム", "天竜システム株式会社"),
        ("㈱天竜 システム", "天竜システム"),
        ("天竜システム株式会社", "天竜システム"),
        ("一般社団法人架空遠州支援会", "遠州支援会"),
        ("会津会株式会社", "会津会"),
        ("NPO法人遠州支援会", "遠州支援会"),
        ("遠州株式会社支援会", "遠州株式会社支援会"),
        ("ＡＢＣ総研", "ABC総研"),
        ("ABC総研", "ａｂｃ総研"),
        ("Abc総研", "ＡＢＣ総研"),
        ("髙井經營研究所", "高井経営研究所"),
        ("高井経営研究所", "髙井經營研究所"),
        ("株式会社サポート", "株式会社サポート"),
        ("株式会社サポート", "サポート株式会社"),
        ("有限会社明和", "有限会社 明和"),
    ],
)
def test_a_name_is_found_in_any_form(stored, written, small, case):
    made = make_organization("stored", name=stored)
    text = f"そこで{written}に相談した。"
    content = Content(sections={"action": text})
    (one,) = [one for one in findings(content, reader=small["colleague"], naming="region", case=case) if one.text]
    assert (one.kind, one.severity) == ("organization", Severity.MUST)
    assert text[one.start : one.end] == one.text
    assert one.text in written
    assert one.suggestion == {"text": made.kind_name}


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("株式会社サポート", "サポートを受けた"),
        ("経営支援株式会社", "経営支援を続けた"),
        ("株式会社ソフト", "ソフトウェアを入れた"),
        ("IT社", "BIT社の"),
        ("静岡県", "静岡県の会社"),
        ("浜松市", "浜松市の会社"),
        ("架空 天竜システム", "天竜川のシステム"),
    ],
)
def test_a_word_is_no_name(stored, written, small, case):
    make_organization("stored", name=stored)
    assert found(Content(municipality="22130", sections={"action": written}), small["colleague"], case) == []


def test_who_took_part_may_be_named_where_the_team_is(small, case, other):
    text = "架空 浜名信用金庫と天竜システム、駿遠コンサルが組んだ。"
    content = Content(
        participants=(Took(small.partner.pk, "天竜システムの開発"),), sections={"team": text, "action": text}
    )
    assert found(content, small["editor"], case) == [
        ("organization", "action", "架空 浜名信用金庫", "care"),
        ("organization", "action", "天竜システム", "care"),
        ("organization", "action", "駿遠コンサル", "must"),
        ("organization", "team", "駿遠コンサル", "must"),
    ]


def test_a_company_that_took_part_is_none_too_many_in_the_team(small, case):
    small.partner.name = "天竜システム株式会社"
    small.partner.save()
    content = Content(participants=(Took(small.partner.pk),), sections={"team": "天竜システム株式会社が開発した。"})
    assert found(content, small["editor"], case) == []


def test_a_real_name_asks_for_care_only(small, case, other):
    content = Content(sections={"summary": "駿遠コンサルと株式会社架空サンプル"})
    real = found(content, small["editor"], case, naming="real")
    assert [severity for *_rest, severity in real] == ["care", "care"]
    assert [severity for *_rest, severity in found(content, small["editor"], case)] == ["must", "must"]


def test_the_registry_stays_closed_to_whom_it_is_closed(small, case, other):
    """A stranger's findings are the same with and without the record; a member's are not."""
    content = Content(sections={"summary": "駿遠コンサルに頼んだ。"})
    stranger = findings(content, reader=small["stranger"], naming="region")
    assert found(content, small["colleague"], case) == [("organization", "summary", "駿遠コンサル", "must")]
    other.delete()
    assert findings(content, reader=small["stranger"], naming="region") == stranger == []


def test_an_inactive_record_is_known_to_stewards_alone(small, case, other):
    Organization.objects.filter(pk=other.pk).update(is_active=False)
    content = Content(sections={"summary": "駿遠コンサルに頼んだ。"})
    assert found(content, small["steward"], case) == [("organization", "summary", "駿遠コンサル", "must")]
    assert found(content, small["colleague"], case) == []


def test_whoever_writes_knows_who_took_part(small, case):
    """Somebody without an organization who was asked to write."""
    content = Content(
        participants=(Took(small.partner.pk),), sections={"summary": "天竜システムと", "team": "天竜システム"}
    )
    assert found(content, small["stranger"], case) == [("organization", "summary", "天竜システム", "care")]


def expert(organization, name, **values):
    return Expert.objects.create(organization=organization, name=name, **values)


def test_experts_and_colleagues_are_known_by_their_names(small, case):
    expert(small.owner, "架 空美")
    User.objects.filter(pk=small["colleague"].pk).update(name="凪野 宙")
    content = Content(sections={"lessons": "架空美が教え、凪野　宙さんが続けた。"})
    assert found(content, small["editor"], case) == [
        ("person", "lessons", "架空美", "must"),
        ("person", "lessons", "凪野　宙さん", "must"),
    ]


def test_names_of_hidden_people_change_nothing(small, case):
    """An expert of a participant who did not agree, and its members, are known to the participant alone."""
    content = Content(
        participants=(Took(small.partner.pk),), sections={"lessons": "霧ヶ浜わたるの助言と凪野宙の助言。"}
    )
    before = findings(content, reader=small["editor"], naming="region", case=case)
    hidden = expert(small.partner, "霧ヶ浜 わたる")
    User.objects.filter(pk=small["partner"].pk).update(name="凪野 宙")
    assert findings(content, reader=small["editor"], naming="region", case=case) == before
    named = [text for _kind, _place, text, _severity in found(content, small["partner"], case)]
    assert named == ["霧ヶ浜わたる", "凪野宙"]
    hidden.agreed_on = date(2026, 4, 1)
    hidden.save()
    assert [text for _k, _p, text, _s in found(content, small["editor"], case)] == ["霧ヶ浜わたる"]


def test_who_agreed_to_be_shown_may_stand_in_the_team(small, case):
    expert(small.owner, "山田 花子", agreed_on=date(2026, 4, 1))
    expert(small.owner, "鈴木 一郎")
    content = Content(sections={"team": "山田花子さんと鈴木一郎さん", "action": "山田花子"})
    assert [(place, text) for _kind, place, text, _s in found(content, small["editor"], case)] == [
        ("action", "山田花子"),
        ("team", "鈴木一郎さん"),
    ]


def queries(content, reader, case):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        findings(content, reader=reader, naming="anonymous", case=case)
    return [query["sql"] for query in captured]


def test_the_number_of_queries_is_fixed(small, case, other):
    one = Content(
        municipality="22130", prefecture="22", industry="E", year=2025, participants=(Took(small.partner.pk),),
        sections={"summary": "駿遠コンサル"},
    )  # fmt: skip
    for number in range(3):
        make_organization(f"more-{number}", name=f"架空 駿遠コンサル第{number}")
        expert(small.partner, f"架空 太郎{number}")
        make_person(f"more-{number}")
    three = one.changed(
        participants=tuple(Took(pk) for pk in (small.partner.pk, small.owner.pk, other.pk)),
        sections=dict.fromkeys(("summary", "action", "result"), "駿遠コンサル第1と架空太郎、天竜システム"),
    )
    assert len(queries(one, small["editor"], case)) == len(queries(three, small["editor"], case))
    registry = [sql for sql in queries(three, small["editor"], case) if "TRIM(" in sql]
    assert len(registry) == 1
