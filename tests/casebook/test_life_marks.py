"""Bookmarks, 役に立った, uses: who may set them, who learns of them, and what numbers do not tell."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casebook import actions
from casebook.life import life_of
from casebook.models import Bookmark, Grant, Helpful, Question, Reuse
from network.models import Membership, Notice
from network.vocabulary import Role
from tests.casebook.life_cast import strangers, told

pytestmark = pytest.mark.django_db


def use(world, by="outsider", organization="elsewhere", case="network", text="提案の資料に", **more):
    return actions.reuse(
        world.cases[case], organization=world.organizations[organization], text=text, by=world.people[by], **more
    )


class TestBookmarks:
    def test_anybody_where_they_may_read(self, world):
        for _twice in range(2):
            actions.bookmark(world.cases["opensnow"], by=world.people["stranger"])
        assert Bookmark.objects.filter(user=world.people["stranger"], case=world.cases["opensnow"]).count() == 1
        for hidden in ("network", "draft", "withdrawn", "embargo"):
            with pytest.raises(PermissionDenied):
                actions.bookmark(world.cases[hidden], by=world.people["stranger"])

    def test_one_of_a_case_that_closed_is_silently_not_there_and_comes_back(self, world):
        partner = world.people["partner"]
        kept = {mark.case.external_id for mark in partner.bookmarks.visible_to(partner)}
        assert kept == {"case-network"}
        assert partner.bookmarks.count() == 3
        world.cases["archived"].__class__.objects.filter(external_id="case-archived").update(state="published")
        kept = {mark.case.external_id for mark in partner.bookmarks.visible_to(partner)}
        assert kept == {"case-network", "case-archived"}

    def test_they_are_nobody_else_s_business(self, world):
        assert not Bookmark.objects.visible_to(world.people["editor"]).exists()
        assert not Bookmark.objects.visible_to(world.people["anonymous"]).exists()

    def test_taking_it_away(self, world):
        actions.unbookmark(world.cases["public"], by=world.people["stranger"])
        assert not world.people["stranger"].bookmarks.visible_to(world.people["stranger"]).exists()


class TestHelpful:
    def test_a_person_counts_once_and_can_take_it_back(self, world):
        for _twice in range(2):
            actions.find_helpful(world.cases["public"], by=world.people["stranger"])
        assert Helpful.objects.filter(case=world.cases["public"]).count() == 1
        actions.find_not_helpful(world.cases["public"], by=world.people["stranger"])
        assert not Helpful.objects.filter(case=world.cases["public"]).exists()

    @pytest.mark.parametrize(
        ("person", "case"), [("colleague", "public"), ("editor", "public"), ("stranger", "network")]
    )
    def test_not_the_owner_and_not_unread(self, world, person, case):
        with pytest.raises(PermissionDenied):
            actions.find_helpful(world.cases[case], by=world.people[person])

    def test_a_small_number_is_not_told_nor_found_by_adding_oneself(self, world):
        case, reader = world.cases["public"], world.people["stranger"]
        people = strangers(3)
        for person in people[:2]:
            actions.find_helpful(case, by=person)
        assert life_of(case, reader).helpful is None
        actions.find_helpful(case, by=reader)  # now there are three, two of them others
        assert life_of(case, reader).helpful is None
        assert life_of(case, reader).is_helpful
        actions.find_helpful(case, by=people[2])
        assert life_of(case, reader).helpful == 4
        actions.find_not_helpful(case, by=reader)
        assert life_of(case, reader).helpful == 3


class TestReuse:
    def test_seen_by_the_user_s_organization_and_the_owner(self, world):
        used = use(world)
        seen = {name for name, person in world.people.items() if used in Reuse.objects.visible_to(person)}
        assert seen == {"outsider", "colleague", "editor"}

    def test_the_owner_s_editors_learn_of_it_and_who_wrote_the_text(self, world):
        case = world.cases["network"]
        case.versions.create(number=1, content={}, digest="x", written_by=world.people["colleague"])
        used = use(world)
        notices = Notice.objects.filter(key=f"case:reuse:{used.pk}")
        assert set(notices.values_list("user__name", flat=True)) == {"colleague", "editor"}
        (sentence,) = [said for said in told(world.people["editor"]) if "活用しました" in said]
        assert "提案の資料に" not in sentence

    def test_one_does_not_tell_oneself(self, world):
        used = use(world, by="editor", organization="owner")
        assert not Notice.objects.filter(key=f"case:reuse:{used.pk}").exists()

    def test_one_entry_for_one_matter(self, world):
        first = use(world, reference="need:12")
        again = use(world, reference="need:12", text="別のことば")
        assert again == first
        assert again.text == "提案の資料に"
        assert use(world, reference="need:13") != first
        assert use(world) != use(world)
        assert Notice.objects.filter(key=f"case:reuse:{first.pk}").count() == 1

    def test_only_in_the_name_of_one_s_own_organization(self, world):
        for person in ("partner", "steward", "stranger"):
            with pytest.raises(PermissionDenied):
                use(world, by=person)
        with pytest.raises(PermissionDenied):
            use(world, organization="closed")

    def test_a_facilitator_for_organizations_of_the_lab(self, world):
        assert use(world, by="facilitator", organization="partner", reference="need:1")
        with pytest.raises(PermissionDenied):
            use(world, by="facilitator", organization="elsewhere", reference="need:1")

    def test_not_of_a_case_that_one_may_not_read(self, world):
        for hidden in ("draft", "lab", "withdrawn", "embargo"):
            with pytest.raises(PermissionDenied):
                use(world, case=hidden)

    @pytest.mark.parametrize("text", ["", "\u200b", "a\0b", "x" * 301])
    def test_bad_text_is_refused(self, world, text):
        for reference in ("", "need:9"):
            with pytest.raises(ValidationError):
                use(world, text=text, reference=reference)

    def test_it_goes_when_the_case_closes(self, world):
        used, outsider = use(world), world.people["outsider"]
        assert used in Reuse.objects.visible_to(outsider)
        Grant.objects.filter(section__case=world.cases["network"]).delete()
        assert used not in Reuse.objects.visible_to(outsider)
        assert used in Reuse.objects.visible_to(world.people["editor"])

    def test_taking_it_back(self, world):
        Membership.objects.create(
            user=world.people["teammate"], organization=world.organizations["elsewhere"], role=Role.MEMBER
        )
        used = use(world, by="teammate")
        for person in ("editor", "colleague", "partner"):
            with pytest.raises(PermissionDenied):
                actions.take_back_reuse(used, by=world.people[person])
        actions.take_back_reuse(used, by=world.people["outsider"])
        other = use(world, by="outsider")
        with pytest.raises(PermissionDenied):
            actions.take_back_reuse(other, by=world.people["teammate"])
        assert set(Reuse.objects.exclude(pk=world.reuses["used"].pk)) == {other}

    def test_others_learn_a_number_only_when_it_points_at_nobody(self, world):
        Reuse.objects.all().delete()
        for _number in range(2):
            use(world)
        assert life_of(world.cases["network"], world.people["facilitator"]).other_reuses is None
        use(world, by="teammate", organization="helper")
        assert life_of(world.cases["network"], world.people["facilitator"]).other_reuses == 3
        assert life_of(world.cases["network"], world.people["outsider"]).other_reuses is None
        assert life_of(world.cases["network"], world.people["editor"]).other_reuses is None
        assert len(life_of(world.cases["network"], world.people["editor"]).reuses) == 3


@pytest.mark.parametrize("reader", ["anonymous", "stranger", "partner", "editor"])
def test_the_whole_costs_the_same_whatever_happened(world, django_assert_num_queries, reader):
    case, person = world.cases["public"], world.people[reader]
    for model in (Reuse, Question):
        model.objects.all().delete()

    def happen():
        asked = actions.ask_question(case, text="いつですか", by=world.people["outsider"])
        actions.answer_question(asked, text="春です", by=world.people["colleague"])
        actions.open_question(asked, by=world.people["editor"])
        actions.note_insight(by=world.people["partner"], text="棚から", key="network", case=case)
        for by, organization in (("editor", "owner"), ("partner", "partner")):
            use(world, by=by, organization=organization, case="public")

    happen()
    with CaptureQueriesContext(connection) as one:
        life_of(case, person)
    for _twice in range(2):
        happen()
    with django_assert_num_queries(len(one)):
        life_of(case, person)
    assert len(one) < 60
