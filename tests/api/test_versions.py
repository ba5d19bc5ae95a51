"""Two clients and one record over HTTP: entity tags, 412 and 428."""

import pytest

from network import actions
from network.models import Organization, Rating
from network.vocabulary import Stance
from tests.api.conftest import capability
from tests.api.test_schema import conforms, schema  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
HAMANA = "/api/v1/organizations/org-hamana"
PMO = f"{HAMANA}/ratings/pmo"


@pytest.fixture
def editor(world):
    return world.client("editor")


def rated_by_somebody_else(world, level=1, code="pmo"):
    actions.rate(
        world.hamana, capability=capability(code), level=level, stance=Stance.NEUTRAL, by=world.people["editor"]
    )


def level_now(world):
    return world.hamana.ratings.get(capability__code="pmo").level


class TestTags:
    @pytest.mark.parametrize("address", [HAMANA, PMO])
    def test_they_are_strong_and_stay_while_nothing_changes(self, editor, address):
        first, second = editor.get(address), editor.get(address)
        assert first["ETag"] == second["ETag"]
        assert first["ETag"].startswith('"')

    @pytest.mark.parametrize("address", [HAMANA, PMO])
    def test_they_change_with_the_answer(self, world, editor, address):
        before = editor.get(address)["ETag"]
        rated_by_somebody_else(world)
        assert editor.get(address)["ETag"] != before

    @pytest.mark.parametrize("address", [HAMANA, PMO])
    def test_who_has_the_answer_already_is_told_so(self, world, editor, address):
        tag = editor.get(address)["ETag"]
        same = editor.get(address, HTTP_IF_NONE_MATCH=tag)
        assert (same.status_code, same.content) == (304, b"")
        rated_by_somebody_else(world)
        assert editor.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 200

    def test_they_tell_nothing_of_what_the_answer_leaves_out(self, world):
        """A weakness that the partner may not know comes, changes and goes."""
        partner = world.client("partner")
        before = partner.get(HAMANA)["ETag"]
        rating = world.hamana.ratings.get(capability__code="system_development")
        assert rating.is_weakness
        actions.rate(
            world.hamana, capability=rating.capability, level=0, stance=Stance.WEAKNESS, by=world.people["editor"]
        )
        assert partner.get(HAMANA)["ETag"] == before
        rating.delete()
        assert partner.get(HAMANA)["ETag"] == before

    def test_a_change_answers_with_the_tag_of_what_it_made(self, editor):
        made = editor.patch(HAMANA, {"about": "一度目"}, HTTP_IF_MATCH=editor.get(HAMANA)["ETag"])
        assert made["ETag"] == editor.get(HAMANA)["ETag"]
        again = editor.patch(HAMANA, {"about": "二度目"}, HTTP_IF_MATCH=made["ETag"])
        assert again.status_code == 200
        put = editor.put(PMO, {"level": 2}, HTTP_IF_MATCH=editor.get(PMO)["ETag"])
        assert put["ETag"] == editor.get(PMO)["ETag"]
        assert editor.put(PMO, {"level": 3}, HTTP_IF_MATCH=put["ETag"]).status_code == 200


class TestWithoutATag:
    @pytest.mark.parametrize(
        "change", [("patch", HAMANA, {"about": "x"}), ("put", PMO, {"level": 1}), ("delete", PMO, None)]
    )
    def test_what_exists_is_not_changed_blindly(self, world, editor, change, schema):  # noqa: F811
        method, address, sent = change
        answer = getattr(editor, method)(address, sent)
        assert answer.status_code == 428
        assert "If-Match" in answer.json()["errors"][0]["message"]
        assert level_now(world) == 4
        assert Organization.objects.get(pk=world.hamana.pk).about == "浜名の紹介"
        described = "organizations/{external_id}" + ("/ratings/{code}" if address == PMO else "")
        conforms(schema, f"/api/v1/{described}", method, answer)

    @pytest.mark.parametrize("header", [{}, {"HTTP_IF_NONE_MATCH": "*"}])
    def test_what_does_not_exist_needs_none(self, editor, header):
        made = editor.put(f"{HAMANA}/ratings/inventory", {"level": 2}, **header)
        assert made.status_code == 201
        assert made["ETag"] == editor.get(f"{HAMANA}/ratings/inventory")["ETag"]

    def test_a_bad_body_is_told_first(self, editor):
        assert editor.put(PMO, {"level": 9}).status_code == 422
        assert editor.patch(HAMANA, {"kind": "university"}).status_code == 422

    def test_who_may_not_change_it_is_told_that_first(self, world):
        assert world.client("partner").put(PMO, {"level": 1}).status_code == 403
        assert world.client("stranger").put(PMO, {"level": 1}).status_code == 404


class TestAnOldTag:
    @pytest.mark.parametrize(("method", "sent"), [("put", {"level": 0}), ("delete", None)])
    def test_a_rating_keeps_what_the_faster_one_wrote(self, world, editor, method, sent, schema):  # noqa: F811
        read = editor.get(PMO)
        rated_by_somebody_else(world, level=1)
        answer = getattr(editor, method)(PMO, sent, HTTP_IF_MATCH=read["ETag"])
        assert answer.status_code == 412
        assert level_now(world) == 1
        now = editor.get(PMO)
        assert answer.json()["current"] == now.json() != read.json()
        assert answer["ETag"] == now["ETag"]
        assert "current" in answer.json()["errors"][0]["message"]
        conforms(schema, "/api/v1/organizations/{external_id}/ratings/{code}", method, answer)
        assert getattr(editor, method)(PMO, sent, HTTP_IF_MATCH=answer["ETag"]).status_code < 300

    def test_a_description_keeps_what_the_faster_one_wrote(self, world, editor, schema):  # noqa: F811
        read = editor.get(HAMANA)["ETag"]
        actions.describe(world.hamana, values={"about": "先に直した"}, by=world.people["editor"])
        answer = editor.patch(HAMANA, {"about": "あとから", "capacity": {"slots": 9}}, HTTP_IF_MATCH=read)
        assert answer.status_code == 412
        assert answer.json()["current"] == editor.get(HAMANA).json()
        now = Organization.objects.get(pk=world.hamana.pk)
        assert (now.about, now.capacity_slots) == ("先に直した", 3)
        conforms(schema, "/api/v1/organizations/{external_id}", "patch", answer)

    def test_what_was_withdrawn_is_not_written_anew(self, world, editor):
        read = editor.get(PMO)["ETag"]
        actions.withdraw_rating(world.hamana, capability=capability("pmo"), by=world.people["editor"])
        answer = editor.put(PMO, {"level": 3}, HTTP_IF_MATCH=read)
        assert (answer.status_code, answer.json()["current"]) == (412, None)
        assert not answer.has_header("ETag")
        assert editor.put(PMO, {"level": 3}, HTTP_IF_MATCH="*").status_code == 412

    def test_a_rating_declared_anew_is_not_the_one_that_was_read(self, world, editor):
        """Its values are the same again; its version is not."""
        rated_by_somebody_else(world, level=2)
        read = editor.get(PMO)
        actions.withdraw_rating(world.hamana, capability=capability("pmo"), by=world.people["editor"])
        rated_by_somebody_else(world, level=2)
        Rating.objects.filter(capability__code="pmo").update(confirmed_at=read.json()["confirmed_at"])
        assert editor.get(PMO).json()["version"] > read.json()["version"]
        assert editor.put(PMO, {"level": 0}, HTTP_IF_MATCH=read["ETag"]).status_code == 412

    def test_only_if_there_is_none_yet(self, world, editor):
        answer = editor.put(PMO, {"level": 0}, HTTP_IF_NONE_MATCH="*")
        assert (answer.status_code, level_now(world)) == (412, 4)


@pytest.mark.parametrize("header", ["", "x", '"', 'W/"x"', '"x', ",,,", "*, *", '"' + "x" * 5000 + '"', "\u00e9"])
def test_tags_that_are_none_match_nothing(world, editor, header):
    assert editor.put(PMO, {"level": 0}, HTTP_IF_MATCH=header).status_code == 412
    assert level_now(world) == 4


def test_a_weak_tag_of_the_right_value_does_not_match(editor):
    assert editor.put(PMO, {"level": 0}, HTTP_IF_MATCH="W/" + editor.get(PMO)["ETag"]).status_code == 412


def test_one_of_several_tags_is_enough(editor):
    tags = f'"something-else", {editor.get(PMO)["ETag"]}'
    assert editor.put(PMO, {"level": 0}, HTTP_IF_MATCH=tags).status_code == 200
