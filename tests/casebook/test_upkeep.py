"""The clock changes cases without anybody's deed; what is kept from them follows."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.utils import timezone

from casebook.models import Case, Consent, Delegation, Grant, Upkeep
from casebook.signals import case_changed
from casebook.upkeep import catch_up
from network.models import Evidence
from search.models import Outbox

pytestmark = pytest.mark.django_db


def in_days(number: int):
    """The clock that many days on."""
    return patch("django.utils.timezone.now", return_value=datetime.now(UTC) + timedelta(days=number))


def bearing() -> set[str]:
    return set(Evidence.objects.filter(kind="case").values_list("reference", flat=True))


@pytest.fixture
def told():
    """The cases that were told of."""
    names: list[str] = []

    def receive(case, **_signal):
        names.append(case.external_id)

    case_changed.connect(receive)
    yield names
    case_changed.disconnect(receive)


@pytest.fixture
def caught_up(world, told):
    catch_up()
    told.clear()
    return world


def test_on_the_same_day_nothing_is_done_twice(caught_up, told, django_assert_max_num_queries):
    Case.objects.filter(external_id="case-draft").update(opens_on=timezone.localdate())
    with django_assert_max_num_queries(5):
        assert catch_up() == 0
    assert told == []
    assert Upkeep.objects.count() == 1


def test_the_first_time_everything_that_ended_is_told_of(world, told):
    assert catch_up() == len(told)
    assert set(told) == {"case-expired", "case-opensnow", "case-lapsed", "case-mixed"}


def test_the_end_of_an_embargo_makes_evidence(caught_up, told):
    assert "case-embargo" not in bearing()
    with in_days(1):
        catch_up()
        assert "case-embargo" in told
        assert "case-embargo" in bearing()


def test_an_embargo_that_is_not_over_stays(caught_up, told):
    Case.objects.filter(external_id="case-embargo").update(opens_on=timezone.localdate() + timedelta(days=3))
    with in_days(2):
        catch_up()
    assert "case-embargo" not in {*told, *bearing()}


@pytest.mark.parametrize(
    ("days", "names"),
    [
        # grants (lastday, and 添付 of mixed), a consent (opensnow; not the one that had lapsed anyway), a delegation
        (1, {"case-embargo", "case-lastday", "case-mixed", "case-opensnow", "case-lapsed", "case-written"}),
        (9, {"case-embargo", "case-lastday", "case-mixed", "case-opensnow", "case-lapsed", "case-written"}),
    ],
)
def test_everything_that_ended_is_told_of_once_however_late(caught_up, told, days, names):
    with in_days(days):
        assert catch_up() == len(names)
        assert catch_up() == 0
    assert set(told) == names
    assert len(told) == len(names)


def test_a_consent_that_runs_out_ends_the_evidence_on_its_last_day_already_without_us(world):
    piece = Evidence.objects.filter(reference="case-opensnow").first()
    assert piece.until == timezone.localdate()
    with in_days(1):
        catch_up()
        assert "case-opensnow" not in bearing()


def test_what_does_not_bind_or_was_ended_before_changes_nothing(caught_up, told):
    case, today = caught_up.cases["public"], timezone.localdate()
    Consent.objects.create(case=case, state="asked", until=today)
    delegate = caught_up.people["delegate"]
    Delegation.objects.create(case=case, user=delegate, until=today, ended_at=timezone.now())
    with in_days(1):
        catch_up()
    assert "case-public" not in told


def test_a_label_is_no_wider_than_what_is_open(caught_up):
    today = timezone.localdate()
    case = caught_up.cases["network"]
    Grant.objects.create(section=case.sections.get(kind="summary"), key="public", until=today)
    Case.objects.filter(pk__in=[case.pk, caught_up.cases["public"].pk]).update(tlp="CLEAR")
    with in_days(1):
        catch_up()
    assert Case.objects.get(pk=case.pk).tlp == "GREEN"
    assert Case.objects.get(external_id="case-public").tlp == "CLEAR"


def test_a_narrow_label_is_never_made_wider(caught_up):
    case = caught_up.cases["lastday"]
    Case.objects.filter(pk=case.pk).update(tlp="RED")
    with in_days(1):
        catch_up()
    assert Case.objects.get(pk=case.pk).tlp == "RED"


def test_the_index_is_written_anew(caught_up, settings):
    settings.MEILISEARCH_URL, settings.DRAIN_IN_PROCESS = "http://127.0.0.1:1", False
    Outbox.objects.all().delete()
    with in_days(1):
        catch_up()
    assert caught_up.cases["lastday"].pk in set(Outbox.objects.values_list("case_id", flat=True))


@pytest.mark.parametrize("count", [1, 3])
def test_a_fixed_number_of_queries_to_find_and_weigh_them(
    caught_up, count, django_assert_num_queries, django_assert_max_num_queries
):
    from casebook.bearing import bear_out_cases
    from casebook.upkeep import changed_between

    names = ["case-embargo", "case-opensnow", "case-lastday"][:count]
    last, today = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    with django_assert_num_queries(3):
        found = [case for case in changed_between(last, today) if case.external_id in names]
    assert len(found) == count
    with django_assert_max_num_queries(8):  # one less where no claim changes
        bear_out_cases(found)


def test_the_command_says_how_many(world):
    out = StringIO()
    call_command("catch_up", stdout=out)
    assert out.getvalue() == "4件の事例を改めました。\n"


def test_the_worker_follows_the_clock(world):
    assert not Upkeep.objects.exists()
    call_command("worker", "--once", stdout=StringIO())
    assert Upkeep.objects.get().day == timezone.localdate()
