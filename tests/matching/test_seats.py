"""Which seats a need has: its requirements, and the bank's model between them."""

import pytest

from matching.core.model import Need, Requirement
from matching.seating import seats_of
from matching.seatnames import role_name
from network.codes import KINDS

pytestmark = pytest.mark.django_db


def seats(*lines: tuple[str, str]):
    need = Need("22", tuple(Requirement(code, phase, 3, 1.0) for code, phase in lines))
    return {seat.role: seat.requirements for seat in seats_of(need)}


def test_phases_between_the_first_and_the_last_have_seats_without_a_requirement_too():
    assert seats(("process_review", "analysis"), ("system_development", "development")) == {
        "pmo": (),
        "analysis": (0,),
        "requirements": (),
        "procurement": (),
        "development": (1,),
    }


def test_pmo_and_funding_are_seats_of_their_own_whatever_their_phase():
    assert seats(("pmo", "procurement"), ("subsidy", "intake"), ("tool_training", "training")) == {
        "pmo": (0,),
        "training": (2,),
        "funding": (1,),
    }


def test_the_client_alone_runs_it_at_the_end():
    assert list(seats(("tool_training", "training"), ("self_reliance", "independence"))) == [
        "pmo",
        "training",
        "independence",
    ]
    assert seats() == {"pmo": ()}


def test_who_usually_holds_a_seat_comes_from_the_model():
    found = {
        seat.role: seat for seat in seats_of(Need("22", (Requirement("system_development", "development", 3, 1),)))
    }
    banks, vendors = (
        {code for code, kind in KINDS.items() if kind.fields["group"] == group} for group in ("financial", "it_vendor")
    )
    assert [set(kinds) for kinds in found["development"].kinds] == [vendors, banks]
    assert set(found["pmo"].kinds[0]) == banks
    assert found["pmo"].leads


@pytest.mark.parametrize(
    ("role", "name"), [("pmo", "PMO（全体の進行）"), ("funding", "資金"), ("training", "教育・定着")]
)
def test_roles_have_names(role, name):
    assert role_name(role) == name
