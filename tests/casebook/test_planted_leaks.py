"""The random lives notice: each fault planted here is one that a change could bring in, and a short run finds it."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

import casebook.related
import search.columns
import search.engines.database
import search.listing
from casebook import notices, statistics
from casebook.consumers import CaseSocket
from casebook.models import Case, cases, life, sections
from casebook.models.attachments import AttachmentQuerySet
from casebook.models.cases import CaseQuerySet
from casebook.models.consents import Consent, ConsentQuerySet
from casebook.models.openness import is_own
from casebook.models.requests import DelegationQuerySet
from casebook.models.sections import GrantQuerySet, SectionQuerySet
from casebook.transfer import exporting
from network.access import is_steward
from search.columns import keeping
from tests.casebook import surfaces
from tests.casebook.lives import lived, machine_of, still_world  # noqa: F401 - a fixture
from tests.casebook.surfaces import Check

pytestmark = [pytest.mark.long, pytest.mark.once]
LIVES, LENGTH = 80, 40
"""So long a run finds every one of them; most are found in the first life."""


def opened(*, states=("published",), embargo=True, consents=True):
    """`is_open`, less careful."""

    def is_open(reader, case=""):
        today = timezone.localdate()
        found = Q(**{f"{case}state__in": [*states, *(["taken_down"] if is_steward(reader) else [])]})
        if embargo:
            found &= Q(**{f"{case}opens_on__isnull": True}) | Q(**{f"{case}opens_on__lte": today})
        broken = Consent.objects.broken_on(today).filter(case=OuterRef(f"{case}pk"))
        return found & Q(~Exists(broken)) if consents else found

    return lambda patch: [patch.setattr(module, "is_open", is_open) for module in (cases, sections)]


def set_on(target, name, value):
    return lambda patch: patch.setattr(target, name, value)


def team_key_for_all(patch):
    ask = sections.keys_held_by
    patch.setattr(sections, "keys_held_by", lambda reader: ask(reader) | {f"team:{n}" for n in range(1, 99)})


def steward_sees_everything(patch):
    ask = SectionQuerySet.visible_to
    patch.setattr(SectionQuerySet, "visible_to", lambda self, who: self if is_steward(who) else ask(self, who))


def related_to_everything(patch):
    everything = SimpleNamespace(visible_to=lambda _reader: Case.objects.all())
    names = {name: getattr(Case, name) for name in ("capabilities", "related")}
    patch.setattr(casebook.related, "Case", SimpleNamespace(objects=everything, **names))


def whole_export(patch):
    patch.setattr(exporting, "read", lambda cases, _reader: exporting._whole(list(cases)))


def told_of_anything(patch):
    say = replace(notices.WORDS["published"], to=lambda ids, _reader: Case.objects.in_bulk(ids))
    patch.setitem(notices.WORDS, "published", say)


def all_files_of_visible_cases(patch):
    def visible_to(self, reader):
        return self.filter(is_own(reader, "case__") | Q(case__in=Case.objects.visible_to(reader), live=True))

    patch.setattr(AttachmentQuerySet, "visible_to", visible_to)


def facets_of_everything(patch):
    count = search.listing._counted
    patch.setattr(search.listing, "_counted", lambda sight, name, cases: count(sight, name, np.ones_like(cases)))


def columns_never_renewed(patch):
    first = []

    def current():
        first[:] = first or [keeping.current()]
        return first[0]

    for module in (search.columns, search.engines.database):
        patch.setattr(module, "current", current)


def socket_that_never_asks_again(patch):
    async def look(self, _event):
        await self.send_json({"case": self.case, "seq": self.seq})

    patch.setattr(CaseSocket, "look", look)


def suggested_to_anybody(patch):
    import casebook.picking

    everything = SimpleNamespace(visible_to=lambda _reader: Case.objects.all())
    patch.setattr(casebook.picking, "Case", SimpleNamespace(objects=everything))


def socket_for_anybody(patch):
    patch.setattr("casebook.consumers.mark_of", lambda *_arguments: "")


def of_the_whole_case(reader):
    return Q(case=None) | Q(case__in=Case.objects.visible_to(reader))


def never_runs_out(self, reader):
    return self.filter(user=reader.pk, ended_at=None)


def never_ended(self, reader):
    return self.filter(user=reader.pk, until__gte=timezone.localdate())


def withdrawn_is_forgotten(self, day):
    return self.filter(until__lt=day, binding=True)


def lapse_is_forgotten(self, _day):
    return self.filter(withdrawn_at__isnull=False, binding=True)


Plant = Callable[[pytest.MonkeyPatch], object]
FAULTS: dict[str, tuple[Plant, Check | None]] = {
    "a grant's last day is forgotten": (set_on(GrantQuerySet, "in_force", lambda self: self), surfaces.sections),
    "a withdrawn consent is ignored": (set_on(ConsentQuerySet, "broken_on", withdrawn_is_forgotten), surfaces.sections),
    "a lapsed consent is ignored": (set_on(ConsentQuerySet, "broken_on", lapse_is_forgotten), surfaces.cases),
    "an embargo is ignored": (opened(embargo=False), surfaces.recent),
    "an archived case stays open": (opened(states=("published", "archived")), surfaces.api_list),
    "what was taken down stays open": (opened(states=("published", "taken_down")), surfaces.cases),
    "consents are forgotten": (opened(consents=False), surfaces.recent),
    "a delegation never runs out": (set_on(DelegationQuerySet, "in_force_for", never_runs_out), surfaces.cases),
    "an ended delegation holds": (set_on(DelegationQuerySet, "in_force_for", never_ended), surfaces.cases),
    "a team's key is everybody's": (team_key_for_all, surfaces.sections),
    "a steward sees everything": (steward_sees_everything, surfaces.search_page),
    "every case has a page": (set_on(CaseQuerySet, "visible_to", lambda self, _who: self), surfaces.suggestions_page),
    "facets count everything": (facets_of_everything, surfaces.listing),
    "what is found is what was found once": (columns_never_renewed, surfaces.listing),
    "a file comes with its case": (all_files_of_visible_cases, surfaces.attachment),
    "a note forgets its section": (set_on(life, "on_readable_text", of_the_whole_case), surfaces.life_page),
    "related cases are everybody's": (related_to_everything, surfaces.related),
    "suggestions are everybody's": (suggested_to_anybody, surfaces.suggestions),
    "an export leaves nothing out": (whole_export, surfaces.export),
    "a notice names any case": (told_of_anything, surfaces.notices),
    "a socket never asks again": (socket_that_never_asks_again, None),  # the pages that stand open notice
    "a socket asks nobody": (socket_for_anybody, surfaces.socket),
    "numbers tell of single cases": (set_on(statistics, "told", lambda seen, hidden: seen + hidden), surfaces.numbers),
}
"""What goes wrong, and one surface that must notice."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_leak_is_found(still_world, monkeypatch, fault):  # noqa: F811 - the fixture
    plant, surface = FAULTS[fault]
    asked = {"everybody": (surface,) if surface else (), "light": (), "heavy": ()}
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        lived(machine_of(still_world, 0, **asked), lives=LIVES, length=LENGTH)


@pytest.mark.parametrize(
    "surface", dict.fromkeys(surface for _plant, surface in FAULTS.values() if surface), ids=lambda s: s.__name__
)
def test_without_a_fault_the_same_run_finds_nothing(still_world, surface):  # noqa: F811 - the fixture
    lived(machine_of(still_world, 0, everybody=(surface,), light=(), heavy=()), lives=1, length=LENGTH // 2)
