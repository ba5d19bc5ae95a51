"""What Meilisearch would not take lies on the steward's desk, and is sent again from there."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from network.models import User
from search import actions, outbox
from search.models import Outbox
from tests.search.cast import make_case
from tests.search.fakes import held

PAGE, DESK = reverse("search:refused"), reverse("network:steward")


@pytest.fixture
def steward(db):
    person = User.objects.create_user("steward@example.jp", is_steward=True)
    Authenticator.objects.create(user=person, type="totp", data={})
    return person


@pytest.fixture
def given_up(bank, index):
    """A case that is given up after so many refusals."""
    case = make_case(bank, "朝礼の話", "在庫")
    index.refused = {case.sections.get().pk}
    for _ in range(outbox.MOST_REFUSALS):
        Outbox.objects.update(not_before=timezone.now())
        outbox.drain()
    return case


def shown(client, steward, address=PAGE):
    client.force_login(steward)
    return client.get(address).content.decode()


def test_the_desk_counts_and_the_page_names_and_tells_why(client, steward, given_up):
    assert "1件" in shown(client, steward, DESK).split(PAGE)[1].split("</a>")[0]
    page = shown(client, steward)
    assert "朝礼の話" in page
    assert "文書の形が受け付けられませんでした" in page


def test_without_any_the_desk_shows_no_figure_and_the_page_says_so(client, steward, bank, index):
    make_case(bank, "朝礼の話", "在庫")  # waits, and was never refused
    assert "chip" not in shown(client, steward, DESK).split(PAGE)[1].split("</a>")[0]
    assert "索引に入らなかった事例はありません" in shown(client, steward)


def test_a_case_that_is_closed_to_the_steward_is_named_by_number_and_what_was_said_by_its_code(
    client, steward, bank, index
):
    case = make_case(bank, "内密の話", {"summary": ("翡翠", f"org:{bank.pk}")})
    Outbox.objects.update(dead_at=timezone.now(), problem="payload_too_large: 翡翠")
    page = shown(client, steward)
    assert f"事例 {case.pk}" in page
    assert "文書が大きすぎます" in page
    assert "内密" not in page
    assert "翡翠" not in page


def test_what_is_sent_again_is_written_when_it_is_taken_now(client, steward, given_up, index):
    assert held(index) == {}
    index.refused = set()
    client.force_login(steward)
    again = reverse("search:send_again", args=[Outbox.objects.get().pk])
    assert "もう一度送ります" in client.post(again, follow=True).content.decode()
    assert outbox.drain() == 1
    assert len(held(index)) == 1
    assert client.post(again).status_code == 404


def test_what_is_refused_again_is_given_up_again(steward, given_up):
    actions.send_again(Outbox.objects.get(), by=steward)
    assert not outbox.dead().exists()
    for _ in range(outbox.MOST_REFUSALS):
        Outbox.objects.update(not_before=timezone.now())
        outbox.drain()
    assert outbox.dead().count() == 1


def test_only_stewards_send_again(client, steward, banker, given_up):
    row = Outbox.objects.get()
    with pytest.raises(PermissionDenied):
        actions.send_again(row, by=banker)
    client.force_login(banker)
    assert client.get(PAGE).status_code == 404
    assert client.post(reverse("search:send_again", args=[row.pk])).status_code == 404
    assert outbox.dead().count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_same_queries_however_many(client, steward, bank, rows, django_assert_num_queries):
    for number in range(rows):
        case = make_case(bank, f"題名{number}", "在庫")
        Outbox.objects.create(case_id=case.pk, not_before=timezone.now(), dead_at=timezone.now())
    client.force_login(steward)
    client.get(PAGE)
    with django_assert_num_queries(11):
        client.get(PAGE)
