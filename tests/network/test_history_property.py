"""Whatever is done to a record, its history gives back what stood at every moment."""

from contextlib import suppress
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from network import actions
from network.history import record as history
from network.history.telling import changes_told_to, told_to
from network.models import Capability, Change, Municipality, Organization
from network.vocabulary import CapacityStatus, Stance, WeaknessAudience
from tests.cast import make_organization, make_person

CODES = ("pmo", "rfp", "inventory")
TEXT = st.sampled_from(["", "短い", "長い説明です。", "100%"])
DEEDS = st.one_of(
    st.tuples(st.just("rate"), st.sampled_from(CODES), st.integers(0, 4), st.sampled_from(Stance), TEXT),
    st.tuples(st.just("confirm"), st.sampled_from(CODES)),
    st.tuples(st.just("withdraw"), st.sampled_from(CODES)),
    st.tuples(st.just("undo"), st.integers(0, 6)),
    st.tuples(st.just("describe"), st.sampled_from(["about", "kana", "contact_phone"]), TEXT),
    st.tuples(st.just("industries"), st.lists(st.sampled_from("DEIM"), unique=True)),
    st.tuples(st.just("capacity"), st.sampled_from(CapacityStatus), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("area"), st.sets(st.sampled_from(["22", "23"])), st.booleans(), st.booleans()),
    st.tuples(st.just("audience"), st.sampled_from(WeaknessAudience)),
    st.tuples(st.just("place"), st.sampled_from(["22", "23"]), st.booleans()),
    st.tuples(st.just("correct"), st.sampled_from(CODES), st.integers(0, 4)),
)


class AsOf(TestCase):
    """Each example starts from the same record; time is what the clock says."""

    @settings(max_examples=30)
    @given(deeds=st.lists(DEEDS, min_size=1, max_size=12))
    def test_the_record_of_any_moment_is_what_stood_then(self, deeds):
        organization, editor, steward, outside = self.cast()
        seen = [(timezone.now(), history.snapshot(organization))]
        for name, *given_ in deeds:
            self.do(name, given_, organization, editor, outside)
            seen.append((timezone.now(), history.snapshot(organization)))
        for moment, snapshot in seen:
            assert history.as_of(organization, moment) == snapshot
        self.nothing_hidden_is_told(organization, steward, [snapshot for _moment, snapshot in seen])

    def nothing_hidden_is_told(self, organization, steward, snapshots):
        """To a steward, neither a snapshot nor an entry holds a weakness while weaknesses are not open."""
        organization.refresh_from_db()
        if organization.weakness_audience == WeaknessAudience.NETWORK:
            return
        told = changes_told_to(steward, organization, Change.objects.filter(organization=organization))
        texts = [str(change.changes) for change in told] + [str(told_to(steward, organization, s)) for s in snapshots]
        assert not any("'stance': 'weakness'" in text for text in texts)

    def cast(self):
        organization = make_organization("subject", name="架空 記録")
        partner = make_organization("other", name="架空 相手")
        editor, outside = make_person("ed"), make_person("out")
        organization.memberships.create(user=editor, role="editor")
        partner.memberships.create(user=outside, role="member")
        return organization, editor, make_person("st", is_steward=True), outside

    def do(self, name, given_, organization: Organization, by, outside):
        def capability() -> Capability:
            return Capability.objects.get(code=given_[0])

        if name == "rate":
            _code, level, stance, note = given_
            actions.rate(organization, capability=capability(), level=level, stance=stance, note=note, by=by)
        elif name == "confirm":
            if organization.ratings.filter(capability__code=given_[0]).exists():
                actions.confirm(organization, capability=capability(), by=by)
        elif name == "withdraw":
            actions.withdraw_rating(organization, capability=capability(), by=by)
        elif name == "undo":
            self.undo(organization, given_[0], by)
        elif name == "describe":
            actions.describe(organization, values={given_[0]: given_[1]}, by=by)
        elif name == "industries":
            actions.describe(organization, industries=given_[0], by=by)
        elif name == "capacity":
            status, slots, dated = given_
            until = date(2027, 3, 31) if dated else None
            actions.declare_capacity(organization, status=status, slots=slots, until=until, by=by)
        elif name == "area":
            prefectures, nationwide, remote = given_
            areas = {"prefectures": prefectures, "municipalities": [], "nationwide": nationwide, "remote": remote}
            actions.serve_areas(organization, **areas, by=by)
        elif name == "audience":
            actions.open_weaknesses_to(organization, audience=given_[0], by=by)
        elif name == "place":
            prefecture, exact = given_
            city = Municipality.objects.filter(prefecture=prefecture, retired_on=None).first() if exact else None
            actions.relocate(organization, prefecture=prefecture, municipality=city and city.pk, by=by)
        elif name == "correct":
            self.correct(organization, *given_, by, outside)

    def undo(self, organization, index, by):
        changes = list(organization.changes.all())
        # There is no such entry, it is none of a rating, or the line changed since.
        with suppress(IndexError, ValueError, actions.ConflictError):
            actions.undo_rating(organization, change=changes[index], by=by)

    def correct(self, organization, code, level, by, outside):
        try:
            correction = actions.propose_correction(
                organization, field=f"rating.{code}", proposed={"level": level}, reason="見ました", by=outside
            )
        except ValidationError:
            return  # the same stands there
        actions.accept_correction(correction, by=by)


pytestmark = pytest.mark.django_db
