"""What waits for an organization's answer stands on its editor's first page, and nobody else's."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from network.models import Application, Correction, Organization, Partnership
from network.profile.waiting import Waiting, waiting
from network.vocabulary import ApplicationState, CorrectionState, PartnershipState
from tests.cast import make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiet(world):
    """Nothing is proposed to anybody."""
    Correction.objects.all().delete()
    Partnership.objects.all().delete()
    Application.objects.all().delete()
    return world


def corrected(world, name: str, number: int = 1, **values) -> None:
    for _correction in range(number):
        Correction.objects.create(
            organization=world.organizations[name],
            proposed_by=world.people["facilitator"],
            reason="架空の理由",
            **values,
        )


def asked(world, asking: Organization, other: Organization, state=PartnershipState.PROPOSED) -> None:
    first, second = sorted((asking, other), key=lambda organization: organization.pk)
    answered = None if state == PartnershipState.PROPOSED else timezone.now()
    Partnership.objects.create(
        first=first, second=second, proposed_by=asking, state=state, proposed_at=timezone.now(), answered_at=answered
    )


def counted(world, person: str = "editor", name: str = "owner") -> Waiting:
    pk = world.organizations[name].pk
    return waiting([pk], world.people[person])[pk]


def home_of(world, person: str) -> str:
    client = Client()
    client.force_login(world.people[person])
    return client.get("/").content.decode()


class TestCounting:
    def test_nothing_is_nothing(self, quiet):
        assert counted(quiet) == Waiting(0, 0)
        assert waiting([], quiet.people["editor"]) == {}

    def test_only_open_corrections_to_this_organization(self, quiet):
        corrected(quiet, "owner", 2)
        corrected(quiet, "partner")
        corrected(quiet, "owner", state=CorrectionState.DECLINED, answered_at=timezone.now(), answer="架空の回答")
        assert counted(quiet) == Waiting(2, 0)

    @pytest.mark.parametrize(
        ("asking", "state", "number"),
        [
            ("partner", PartnershipState.PROPOSED, 1),
            ("owner", PartnershipState.PROPOSED, 0),
            ("partner", PartnershipState.CONFIRMED, 0),
            ("partner", PartnershipState.DECLINED, 0),
        ],
    )
    def test_only_proposals_that_the_other_side_made(self, quiet, asking, state, number):
        other = {"partner": "owner", "owner": "partner"}[asking]
        asked(quiet, quiet.organizations[asking], quiet.organizations[other], state)
        assert counted(quiet).partnerships == number

    def test_either_place_of_the_pair_counts(self, quiet):
        owner = quiet.organizations["owner"]
        later = make_organization("later")
        asked(quiet, later, owner)
        assert later.pk > owner.pk
        assert counted(quiet).partnerships == 1

    def test_a_reader_outside_counts_nothing_of_it(self, quiet):
        corrected(quiet, "owner")
        asked(quiet, quiet.organizations["partner"], quiet.organizations["owner"])
        assert counted(quiet, "outsider") == Waiting(0, 0)
        assert counted(quiet) == Waiting(1, 1)

    @pytest.mark.parametrize("number", [1, 3])
    def test_as_many_questions_for_three_as_for_one(self, quiet, number, django_assert_num_queries):
        owner = quiet.organizations["owner"]
        corrected(quiet, "owner", number)
        for one in range(number):
            asked(quiet, make_organization(f"asks-{one}"), owner)
        reader = quiet.people["editor"]
        waiting([owner.pk], reader)
        with django_assert_num_queries(5):  # three of them: who asks
            found = waiting([owner.pk], reader)
        assert found == {owner.pk: Waiting(number, number)}


class TestHome:
    def test_the_editor_is_led_to_both(self, quiet):
        pk = quiet.organizations["owner"].pk
        before = home_of(quiet, "editor")
        corrected(quiet, "owner")
        asked(quiet, quiet.organizations["partner"], quiet.organizations["owner"])
        after = home_of(quiet, "editor")
        for name in ("corrections_to", "partnerships"):
            link = f'href="{reverse(f"network:{name}", args=[pk])}"'
            assert link not in before
            assert link in after

    def test_a_member_who_may_not_answer_is_not_asked(self, quiet):
        corrected(quiet, "owner")
        assert reverse("network:corrections_to", args=[quiet.organizations["owner"].pk]) not in home_of(
            quiet, "colleague"
        )

    def test_the_tables_are_offered_to_those_who_keep_a_record(self, quiet):
        link = f'href="{reverse("network:tables")}"'
        client = Client()
        for person, offered in (("editor", True), ("steward", True), ("colleague", False), ("facilitator", False)):
            client.force_login(quiet.people[person])
            shown = client.get(reverse("network:organizations")).content.decode()
            assert (link in shown) is offered, person

    def test_a_steward_is_told_of_applications_and_led_to_the_queues(self, quiet):
        queue, desk = reverse("network:applications"), f'href="{reverse("network:steward")}"'
        assert queue not in home_of(quiet, "steward")
        assert desk in home_of(quiet, "steward")
        values = {"name": "架空 申請の会", "kind": "npo", "prefecture": "22", "applicant_name": "架空 申請 一"}
        one = Application.objects.create(**values, applicant_email="asks@example.jp", has_ties=False)
        assert queue in home_of(quiet, "steward")
        assert queue not in home_of(quiet, "editor")
        Application.objects.filter(pk=one.pk).update(
            state=ApplicationState.DECLINED, decided_at=timezone.now() - timedelta(days=1), reason="架空の理由"
        )
        assert queue not in home_of(quiet, "steward")


class TestProfile:
    def menu(self, world, person: str) -> str:
        client = Client()
        client.force_login(world.people[person])
        shown = client.get(reverse("network:organization", args=[world.organizations["owner"].pk])).content.decode()
        return shown.split('class="head"')[1].split('class="aside"')[0]

    def test_every_page_of_the_record_is_one_menu_away_from_its_editor(self, world):
        shown, pk = self.menu(world, "editor"), world.organizations["owner"].pk
        for name in ("ratings", "describe", "capacity", "area", "offices", "experts", "ties", "members", "history"):
            assert f'href="{reverse(f"network:{name}", args=[pk])}"' in shown, name
        for name in ("new_partnership", "reconfirm", "history_as_of", "corrections_to"):
            assert f'href="{reverse(f"network:{name}", args=[pk])}"' in shown, name
        assert shown.count("btn primary") == 1

    def test_others_are_offered_only_what_they_may_do(self, world):
        pk = world.organizations["owner"].pk
        assert reverse("network:history", args=[pk]) in self.menu(world, "colleague")
        assert reverse("network:describe", args=[pk]) not in self.menu(world, "colleague")
        assert reverse("network:correct", args=[pk]) in self.menu(world, "facilitator")
        for name in ("history", "members", "describe", "corrections_to"):
            assert f'href="{reverse(f"network:{name}", args=[pk])}"' not in self.menu(world, "facilitator"), name
