"""Notes (気づき): who may write for whom, who reads them, who takes them away."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casebook import actions
from casebook.life import audiences, noted, notes_for
from casebook.models import Grant, Insight
from network import actions as registry
from network.models import LabFacilitator, Membership, User
from tests.casebook.life_cast import case_for, told

pytestmark = pytest.mark.django_db


def write(world, by, key="network", **about):
    return actions.note_insight(by=world.people[by], text="棚から見直すと早い", key=key, **about)


def lab(world, name="shizuoka"):
    return f"lab:{world.labs[name].pk}"


def org(world, name):
    return f"org:{world.organizations[name].pk}"


def readers_of(world, insight):
    return {name for name, person in world.people.items() if insight in Insight.objects.visible_to(person)}


class TestWriting:
    @pytest.mark.parametrize("person", ["partner", "outsider", "facilitator", "other_facilitator", "steward"])
    def test_people_of_the_network_write_for_the_network(self, world, person):
        assert write(world, person).key == "network"

    @pytest.mark.parametrize("person", ["stranger", "former", "dormant", "delegate"])
    def test_nobody_else_writes(self, world, person):
        before = Insight.objects.count()
        with pytest.raises(PermissionDenied):
            write(world, person)
        assert Insight.objects.count() == before

    @pytest.mark.parametrize("key", ["public", "steward", "", "lab:", "network ", "lab:987654321", "org:x"])
    def test_a_key_that_is_not_for_notes_is_refused(self, world, key):
        with pytest.raises(ValidationError) as refused:
            write(world, "partner", key=key)
        assert "key" in refused.value.message_dict

    def test_only_for_those_one_belongs_to(self, world):
        assert write(world, "partner", key=lab(world))
        assert write(world, "partner", key=org(world, "partner"))
        for key in (lab(world, "osaka"), org(world, "owner"), f"user:{world.people['partner'].pk}"):
            with pytest.raises(ValidationError):
                write(world, "partner", key=key)
        team = f"team:{world.team.pk}"
        with pytest.raises(ValidationError):
            write(world, "editor", key=team)

    def test_only_on_text_that_one_may_read(self, world):
        mixed = world.cases["mixed"]
        assert write(world, "outsider", case=mixed, section="lessons")
        for section in ("result", "background", "expired", "nothing"):
            with pytest.raises(PermissionDenied):
                write(world, "outsider", case=mixed, section=section)
        with pytest.raises(PermissionDenied):
            write(world, "outsider", case=world.cases["draft"])

    def test_not_in_the_name_of_others(self, world):
        own = world.organizations["partner"]
        assert write(world, "partner", organization=own).organization == own
        with pytest.raises(PermissionDenied):
            write(world, "partner", organization=world.organizations["owner"])

    @pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "a\0b", "a\u202eb", "x" * 601])
    def test_bad_text_is_refused(self, world, text):
        with pytest.raises(ValidationError) as refused:
            actions.note_insight(by=world.people["partner"], text=text, key="network")
        assert "text" in refused.value.message_dict

    def test_a_section_needs_its_case(self, world):
        with pytest.raises(ValidationError):
            write(world, "partner", section="summary")


class TestReading:
    def test_for_the_network(self, world):
        found = readers_of(world, write(world, "outsider"))
        assert found == {
            "partner", "outsider", "colleague", "editor", "facilitator", "other_facilitator", "steward", "teammate",
        }  # fmt: skip

    def test_for_a_lab(self, world):
        found = readers_of(world, write(world, "facilitator", key=lab(world)))
        assert found == {"partner", "colleague", "editor", "facilitator"}

    def test_for_the_own_organization(self, world):
        assert readers_of(world, write(world, "colleague", key=org(world, "owner"))) == {"colleague", "editor"}

    def test_on_a_restricted_section_it_goes_no_further_than_that_section(self, world):
        note = write(world, "partner", case=world.cases["mixed"], section="team")
        assert readers_of(world, note) == {"partner", "colleague", "editor"}

    def test_it_goes_with_the_section_when_that_closes(self, world):
        note = write(world, "outsider", case=world.cases["mixed"], section="lessons")
        assert "outsider" in readers_of(world, note)
        Grant.objects.filter(section__case=world.cases["mixed"], section__kind="lessons").delete()
        assert readers_of(world, note) == {"colleague", "editor"}

    def test_who_leaves_the_lab_reads_no_more_of_it(self, world):
        note = write(world, "partner", key=lab(world))
        assert "facilitator" in readers_of(world, note)
        LabFacilitator.objects.filter(user=world.people["facilitator"]).delete()
        assert "facilitator" not in readers_of(world, note)

    def test_a_merged_organization_s_notes_are_read_by_the_one_it_went_into(self, world):
        note = write(world, "teammate", key=org(world, "helper"))
        assert readers_of(world, note) == {"teammate"}
        merged = registry.merge(
            world.organizations["owner"],
            world.organizations["helper"],
            reason="同じ機関",
            by=world.people["steward"],
        )
        assert readers_of(world, note) == {"teammate", "colleague", "editor"}
        registry.undo_merge(merged, by=world.people["steward"])
        assert readers_of(world, note) == {"teammate"}

    def test_audiences_have_names(self, world):
        names = audiences(actions.keys_for_notes(world.people["partner"]))
        assert list(names.values()) == ["ネットワーク", "静岡県", "架空 天竜システムの内側"]

    def test_a_list_costs_the_same_for_one_note_and_for_three(self, world, django_assert_num_queries):
        Insight.objects.all().delete()
        reader = world.people["partner"]

        def listed():
            return noted(notes_for(reader), reader)

        def cost():
            with CaptureQueriesContext(connection) as captured:
                assert listed()
            return len(captured)

        write(world, "partner", key=lab(world))
        one = cost()
        for _number in range(2):
            write(world, "facilitator", key=lab(world), case=world.cases["mixed"], section="lessons")
        with django_assert_num_queries(one):
            assert len(listed()) == 3


class TestRemoving:
    def test_the_author_takes_it_away(self, world):
        note = write(world, "partner")
        actions.remove_insight(note, by=world.people["partner"])
        assert readers_of(world, note) == set()
        assert told(world.people["partner"]) == []

    def test_editors_of_the_author_s_organization_with_a_reason_that_the_author_is_told_of(self, world):
        note = write(world, "colleague", organization=world.organizations["owner"])
        with pytest.raises(ValidationError):
            actions.remove_insight(note, by=world.people["editor"], reason=" ")
        assert readers_of(world, note)
        actions.remove_insight(note, by=world.people["editor"], reason="お客様が特定できます")
        assert readers_of(world, note) == set()
        (sentence,) = [said for said in told(world.people["colleague"]) if "外されました" in said]
        assert "特定" not in sentence  # the reason stands on the page of notes, for the author alone
        taken = Insight.objects.taken_from(world.people["colleague"])
        assert [found.removed_because for found in taken] == ["お客様が特定できます"]
        assert not Insight.objects.taken_from(world.people["partner"])

    def test_a_steward_with_a_reason(self, world):
        note = write(world, "outsider")
        with pytest.raises(ValidationError):
            actions.remove_insight(note, by=world.people["steward"])
        actions.remove_insight(note, by=world.people["steward"], reason="宣伝です")
        assert Insight.objects.get(pk=note.pk).removed_by == world.people["steward"]

    @pytest.mark.parametrize("person", ["partner", "facilitator", "stranger", "teammate", "colleague"])
    def test_nobody_else(self, world, person):
        note = write(world, "outsider", organization=world.organizations["elsewhere"])
        with pytest.raises(PermissionDenied):
            actions.remove_insight(note, by=world.people[person], reason="見たくない")
        assert Insight.objects.get(pk=note.pk).removed_at is None

    def test_an_editor_has_no_say_over_a_note_in_nobodys_name(self, world):
        note = write(world, "colleague")
        with pytest.raises(PermissionDenied):
            actions.remove_insight(note, by=world.people["editor"], reason="なんとなく")

    def test_what_is_gone_stays_as_it_was(self, world):
        note = write(world, "outsider")
        actions.remove_insight(note, by=world.people["steward"], reason="宣伝です")
        actions.remove_insight(note, by=world.people["steward"], reason="別の理由")
        assert Insight.objects.get(pk=note.pk).removed_because == "宣伝です"

    def test_its_notice_tells_nothing_of_a_case_that_was_closed_meanwhile(self, world):
        case = case_for(world, "秘密の題名", {"summary": ["network"]})
        note = write(world, "outsider", case=case)
        actions.remove_insight(note, by=world.people["steward"], reason="宣伝です")
        assert any("秘密の題名" in said for said in told(world.people["outsider"]))
        Grant.objects.filter(section__case=case).update(until=timezone.localdate() - timedelta(days=1))
        assert told(world.people["outsider"])
        assert not any("秘密の題名" in said for said in told(world.people["outsider"]))


def test_who_lost_the_membership_writes_no_more(world):
    partner = world.people["partner"]
    assert isinstance(partner, User)
    write(world, "partner")
    Membership.objects.filter(user=partner).delete()
    with pytest.raises(PermissionDenied):
        write(world, "partner")
