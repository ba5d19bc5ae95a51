"""The page that plans all needs of a lab at once."""

import pytest
from django.test import Client
from django.urls import reverse

from matching import actions
from matching.actions import Wanted, save_need
from matching.models import Need
from network.models import Capability, Lab, LabFacilitator, Rating
from tests.cast import make_organization, make_person, make_rating

PATH = "/needs/together/"


class Desk:
    """A lab with a strong vendor that has room for one engagement, and a weaker one."""

    def __init__(self) -> None:
        self.lab = Lab.objects.get(name="静岡県")
        self.by = make_person("facilitator")
        LabFacilitator.objects.create(user=self.by, lab=self.lab)
        self.client = Client()
        self.client.force_login(self.by)
        for name, level, slots in (("strong", 4, 1), ("weak", 2, 3)):
            made = make_organization(name, name=f"架空 {name}", kind="local_it_vendor", capacity_slots=slots)
            make_rating(made, "system_development", level)
        Rating.objects.update(stated_confidence=1.0)

    def need(self, title: str, level: int) -> Need:
        wanted = [Wanted(Capability.objects.get(code="system_development"), "development", level, 1.0, False)]
        need = Need(title=title, lab=self.lab, prefecture="22", max_size=1)
        return save_need(need, requirements=wanted, must_include=[], exclude=[], by=self.by)

    def post(self, *needs: Need):
        return self.client.post(PATH, {"need": [need.pk for need in needs], "lab": self.lab.pk})


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


def test_the_whole_is_better_than_one_by_one(desk):
    """The easy need came first and would take the strong vendor from the hard one."""
    easy, hard = desk.need("やさしい案件", 2), desk.need("むずかしい案件", 4)
    answer = desk.post(easy, hard)
    assert [line.lead for line in answer.context["plan"].lines] == ["架空 weak", "架空 strong"]
    assert answer.context["plan"].optimal
    html = answer.content.decode()
    assert "一件ずつ決める場合より、合計で50.0点高くなります。" in html
    assert "これより良い組み合わせがないことを確かめました。" in html


def test_a_need_that_gives_way_says_by_how_much(desk):
    first, second = desk.need("一件目", 4), desk.need("二件目", 4)
    lines = desk.post(first, second).context["plan"].lines
    assert sorted(line.given_up for line in lines) == [0.0, 50.0]
    assert "この案件だけで決める場合より50.0点低く" in desk.post(first, second).content.decode()


def test_the_team_can_be_looked_at_where_there_is_a_proposal(desk):
    need = desk.need("一件目", 4)
    assert "このチームを見る" not in desk.post(need).content.decode()
    actions.make_proposal(need, by=desk.by)
    address = desk.post(need).context["plan"].lines[0].try_it
    assert desk.client.get(address).status_code == 200


def test_nothing_chosen_and_too_many_are_refused_with_the_remedy(desk, monkeypatch):
    need = desk.need("一件目", 4)
    answer = desk.post()
    assert answer.status_code == 422
    assert "案件を1件以上選んでください。" in answer.content.decode()
    monkeypatch.setattr("matching.views.together.MOST_NEEDS", 0)
    assert desk.post(need).status_code == 422
    assert desk.client.post(PATH, {"need": ["x", "9" * 5000]}).status_code == 422


def test_needs_of_another_lab_are_not_there(desk):
    other = Lab.objects.get(name="大阪市")
    person = make_person("other")
    LabFacilitator.objects.create(user=person, lab=other)
    mine = desk.need("一件目", 4)
    desk.client.force_login(person)
    assert desk.post(mine).status_code == 422
    assert mine.title not in desk.client.get(PATH).content.decode()
    desk.client.force_login(make_person("nobody"))
    assert desk.client.get(PATH).status_code == 403
    assert reverse("matching:together") == PATH


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(desk, count, django_assert_num_queries):
    for number in range(count):
        desk.need(f"案件{number}", 4)
    desk.client.get(PATH)
    with django_assert_num_queries(9):
        assert len(desk.client.get(PATH).context["offered"]) == count
