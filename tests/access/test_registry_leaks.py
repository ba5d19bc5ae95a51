"""What the registry might tell beside its pages: dates, numbers, previews, versions, messages, and other people's ids.

Each test compares what somebody sees with what the same person would see if the hidden thing were not there.
"""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from network import actions
from network.finding.found import find
from network.finding.wanted import Wanted
from network.models import (
    Capability,
    Change,
    Correction,
    Expert,
    ImportRun,
    Invitation,
    Membership,
    Merge,
    Notice,
    Office,
    Organization,
    Partnership,
    Rating,
    RegistryVersion,
    Tie,
)
from network.notices import reminders
from network.stewarding import queues, suspicions
from network.tables import runs
from network.vocabulary import CorrectionState, Deed, Role, Stance, WeaknessAudience
from tests.access.walking import Visitor
from tests.cast import make_organization, make_person, make_rating, word

HIDDEN = "system_development"
"""The owner's declared weakness."""
NUMBER = "7000012050002"


@pytest.fixture
def owner(world) -> Organization:
    return Organization.objects.get(external_id="owner")


@pytest.fixture
def editor(world):
    return world.people["editor"]


@pytest.fixture
def steward(world):
    return world.people["steward"]


def capability(code: str) -> Capability:
    return Capability.objects.get(code=code)


def page_of(world, reader: str, route: str, *args: object, **query: str) -> str:
    return Visitor(world, reader).visit("GET", reverse(f"network:{route}", args=args), query).content.decode()


class TestTheDateOfTheLastConfirmation:
    """It stands on lists, in facets and in a sort order that everybody reads."""

    @pytest.fixture(autouse=True)
    def _confirmed_long_ago(self, owner):
        self.old = timezone.now() - timedelta(days=400)
        owner.ratings.update(confirmed_at=self.old)
        Organization.objects.filter(pk=owner.pk).update(last_confirmed_at=self.old)

    def stands(self) -> object:
        return Organization.objects.get(external_id="owner").last_confirmed_at

    def test_does_not_move_with_a_hidden_weakness(self, owner, editor):
        actions.confirm(owner, capability=capability(HIDDEN), by=editor)
        assert self.stands() == self.old
        actions.rate(owner, capability=capability("rfp"), level=0, stance=Stance.WEAKNESS, by=editor)
        assert self.stands() == self.old
        actions.withdraw_rating(owner, capability=capability(HIDDEN), by=editor)
        assert self.stands() == self.old

    def test_nor_where_the_weaknesses_are_open_to_all(self, owner, editor):
        """Else closing them again would leave a trace."""
        actions.open_weaknesses_to(owner, audience=WeaknessAudience.NETWORK, by=editor)
        actions.confirm(owner, capability=capability(HIDDEN), by=editor)
        assert self.stands() == self.old

    def test_follows_a_line_that_becomes_a_weakness_and_ceases_to_be_one(self, owner, editor):
        actions.confirm(owner, capability=capability("pmo"), by=editor)
        assert self.stands() > self.old
        actions.rate(owner, capability=capability("pmo"), level=0, stance=Stance.WEAKNESS, by=editor)
        assert self.stands() is None
        actions.rate(owner, capability=capability("pmo"), level=1, stance=Stance.NEUTRAL, by=editor)
        assert self.stands() > self.old
        deed = Change.objects.filter(organization=owner).order_by("-pk").first()
        actions.undo_rating(owner, change=deed, by=editor)
        assert self.stands() is None

    def test_counts_no_weakness_of_a_file(self, owner, tmp_path):
        now = timezone.now().isoformat()
        lines = [
            {"capability": "pmo", "level": 3, "confirmed_at": self.old.isoformat()},
            {"capability": HIDDEN, "stance": "weakness", "confirmed_at": now},
        ]
        file = tmp_path / "network.jsonl"
        file.write_text(json.dumps({"type": "organization", "id": "owner", "ratings": lines}))
        call_command("import_network", str(file))
        assert self.stands() == self.old

    def test_counts_no_weakness_that_a_merge_brings(self, owner, steward):
        twin = make_organization("second", name="架空 浜名信用金庫")
        make_rating(twin, "rfp", 0, Stance.WEAKNESS)
        twin.ratings.update(confirmed_at=timezone.now())
        actions.merge(owner, twin, reason="同じ機関", by=steward)
        assert self.stands() == self.old

    def test_no_list_tells_that_one_was_confirmed(self, world, owner, editor):
        wanted = Wanted(confirmed_within=30)
        assert owner.pk not in find(wanted, world.people["partner"]).ids
        before = page_of(world, "partner", "compare", id=str(owner.pk))
        actions.confirm(owner, capability=capability(HIDDEN), by=editor)
        found = find(wanted, world.people["partner"])
        assert owner.pk not in found.ids
        assert found.counts["confirmed_within"]["30"] == 0
        assert page_of(world, "partner", "compare", id=str(owner.pk)).count("未確認") == before.count("未確認")
        actions.confirm(owner, capability=capability("pmo"), by=editor)
        assert owner.pk in find(wanted, world.people["partner"]).ids


def table_of(*rows: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def read(content: bytes, by) -> ImportRun:
    """A run whose preview stands."""
    run = ImportRun(by=by, name="t.csv")
    run.upload.save("table", ContentFile(content), save=False)
    run.save()
    runs.work(run.pk)
    run.refresh_from_db()
    return run


def taken_in(run: ImportRun) -> None:
    runs.take_in(run)
    runs.work(run.pk)
    run.refresh_from_db()
    assert run.state == "done"


class TestTables:
    @pytest.fixture(autouse=True)
    def _files_of_its_own(self, settings, tmp_path, monkeypatch):
        settings.MEDIA_ROOT = tmp_path
        monkeypatch.setattr(runs, "in_background", lambda pk: None)

    @pytest.mark.parametrize("cell", ["弱み", "弱み 0", "なし", "2", "0", "強み 4"])
    def test_a_preview_answers_alike_for_a_hidden_weakness_and_an_empty_line(self, world, steward, cell):
        run = read(table_of(["機関ID", f"rating:{HIDDEN}", "rating:rfp"], ["owner", cell, cell]), steward)
        (row,) = run.rows
        told = {head.rpartition("[")[2].rstrip("]"): (was, will) for head, was, will in row["told"]}
        assert told.get(HIDDEN) == told.get("rfp")

    def test_so_who_may_know_it_sees_it(self, world, editor):
        run = read(table_of(["機関ID", f"rating:{HIDDEN}"], ["owner", "弱み"]), editor)
        assert run.counts["unchanged"] == 1

    def test_a_row_that_leaves_it_alone_keeps_it_whole(self, owner, steward):
        before = Rating.objects.filter(organization=owner, stance=Stance.WEAKNESS).values().get()
        head = ["機関ID", "紹介", f"rating:{HIDDEN}", "rating:pmo"]
        taken_in(read(table_of(head, ["owner", "新しい紹介", "なし", "3"]), steward))
        assert Organization.objects.get(pk=owner.pk).about == "新しい紹介"
        assert Rating.objects.get(organization=owner, capability__code="pmo").level == 3
        assert Rating.objects.filter(organization=owner, stance=Stance.WEAKNESS).values().get() == before

    def test_what_is_written_over_it_does_not_carry_its_note_along(self, owner, steward):
        taken_in(read(table_of(["機関ID", f"rating:{HIDDEN}"], ["owner", "2"]), steward))
        line = Rating.objects.get(organization=owner, capability__code=HIDDEN)
        assert (line.level, line.stance, line.note, line.evidence) == (2, Stance.NEUTRAL, "", "")

    def test_the_holder_of_a_number_that_one_may_not_know_is_not_named(self, world, editor, steward):
        Organization.objects.filter(external_id="closed").update(corporate_number=NUMBER)
        content = table_of(["機関ID", "法人番号"], ["owner", NUMBER])
        refused = read(content, editor)
        said = json.dumps(refused.rows, ensure_ascii=False)
        assert refused.counts["refused"] == 1
        assert word("closed", "name") not in said
        assert "closed" not in said
        assert word("closed", "name") in json.dumps(read(content, steward).rows)

    def test_a_visible_holder_is_named(self, world, editor):
        Organization.objects.filter(external_id="elsewhere").update(corporate_number=NUMBER)
        run = read(table_of(["機関ID", "法人番号"], ["owner", NUMBER]), editor)
        assert word("elsewhere", "name") in json.dumps(run.rows)

    @pytest.mark.parametrize(("head", "cell"), [("参加するラボ", "静岡県; 大阪市"), ("種類", "税理士")])
    def test_an_editor_gives_the_own_organization_no_rights(self, owner, editor, steward, head, cell):
        """A lab opens cases to its members, a kind makes a 主治医: nobody takes these for oneself."""
        before = (list(owner.labs.values_list("name", flat=True)), owner.kind)
        content = table_of(["機関ID", "紹介", head], ["owner", "新しい紹介", cell])
        run = read(content, editor)
        assert run.counts["refused"] == 1
        assert "運営者だけ" in json.dumps(run.rows, ensure_ascii=False)
        runs.take_in(run)
        runs.work(run.pk)
        now = Organization.objects.get(pk=owner.pk)
        assert (list(now.labs.values_list("name", flat=True)), now.kind) == before
        assert read(content, steward).counts["changed"] == 1

    def test_who_edits_the_organization_no_more_reads_no_preview_of_it(self, world, editor):
        run = read(table_of(["機関ID", f"rating:{HIDDEN}"], ["owner", "2"]), editor)
        address = reverse("network:table", args=[run.pk])
        assert "弱み" in Visitor(world, "editor").visit("GET", address).content.decode()
        make_person("second").memberships.create(
            organization=world.organizations["owner"], role=Role.EDITOR
        )  # the organization keeps an editor
        other = world.organizations["partner"]
        Membership.objects.create(user=editor, organization=other, role=Role.EDITOR)
        Membership.objects.filter(user=editor, organization__external_id="owner").delete()
        for method, route in (("GET", "table"), ("POST", "table_apply")):
            answer = Visitor(world, "editor").visit(method, reverse(f"network:{route}", args=[run.pk]))
            assert answer.status_code == 404, route

    def test_a_preview_forgets_a_weakness_that_was_closed_again(self, world, owner, editor, steward):
        actions.open_weaknesses_to(owner, audience=WeaknessAudience.NETWORK, by=editor)
        run = read(table_of(["機関ID", f"rating:{HIDDEN}"], ["owner", "2"]), steward)
        address = reverse("network:table", args=[run.pk])
        before = Visitor(world, "steward").visit("GET", address).content.decode()
        assert "弱み" in before.partition("<tbody")[2]
        actions.open_weaknesses_to(owner, audience=WeaknessAudience.LABS, by=editor)
        assert "弱み" not in Visitor(world, "steward").visit("GET", address).content.decode().partition("<tbody")[2]


class TestCorrections:
    def test_what_a_facilitator_knew_is_not_told_to_stewards(self, world, owner):
        empty = actions.propose_correction(
            owner, field="rating.rfp", proposed={"level": 1}, reason="理由", by=world.people["facilitator"]
        )
        weak = actions.propose_correction(
            owner, field=f"rating.{HIDDEN}", proposed={"level": 1}, reason="理由", by=world.people["facilitator"]
        )
        assert empty.before is None
        assert weak.before is None
        page = page_of(world, "steward", "corrections_to", owner.pk)
        assert "レベル0" not in page
        assert page.count("なし") >= 2

    def test_it_can_still_be_accepted(self, world, owner, editor):
        weak = actions.propose_correction(
            owner, field=f"rating.{HIDDEN}", proposed={"level": 1}, reason="理由", by=world.people["facilitator"]
        )
        assert actions.accept_correction(weak, by=editor).state == CorrectionState.ACCEPTED
        assert Rating.objects.get(organization=owner, capability__code=HIDDEN).level == 1


class TestTheStewardsDesk:
    def test_a_reminder_of_hidden_lines_leaves_no_trace(self, world, owner, editor, steward):
        owner.ratings.exclude(stance=Stance.WEAKNESS).update(confirmed_at=timezone.now())
        owner.ratings.filter(stance=Stance.WEAKNESS).update(confirmed_at=None)
        assert reminders.remind([owner.pk]) == 1
        assert Notice.objects.filter(user=editor, kind="reconfirm", facts__count=1).exists()
        assert queues.freshness([owner.pk])[owner.pk].reminded_at is None
        assert actions.remind(owner, by=steward) == 1

    def test_a_reminder_of_other_lines_does(self, owner, steward):
        owner.ratings.update(confirmed_at=None)
        assert reminders.remind([owner.pk]) == 1
        assert queues.freshness([owner.pk])[owner.pk].reminded_at is not None
        assert actions.remind(owner, by=steward) is None

    @pytest.mark.parametrize(("stance", "suspicious"), [("weakness", False), ("neutral", True)])
    def test_confirming_weaknesses_in_a_rush_is_nobodys_business(self, owner, stance, suspicious):
        value = {"level": 1, "stance": stance, "note": "", "evidence": "", "confirmed_at": None}
        minute = timezone.now().replace(second=0, microsecond=0)
        for days in (3, 9):
            for number in range(15):
                after = {**value, "confirmed_at": f"{days}:{number}"}
                deed = Change.objects.create(
                    organization=owner,
                    at=minute - timedelta(days=days) + timedelta(seconds=number),
                    deed=Deed.CONFIRMED,
                    changes={"rating.pmo": [value, after]},
                )
                assert deed.pk
        found = {entry.rule for entry in suspicions.rushed() if entry.organization == owner.pk}
        assert found == ({"rushed"} if suspicious else set())

    @pytest.mark.parametrize("stance", ["weakness", None])
    def test_what_a_merge_would_do_is_the_same_beside_a_hidden_weakness(self, owner, stance):
        kept, dropped = make_organization("kept"), make_organization("dropped")
        make_rating(dropped, "pmo", 3)
        if stance:
            make_rating(kept, "pmo", 0, stance)
        assert actions.moving_rows(kept, dropped)[Rating] == (1, 0)

    def test_a_visible_line_in_the_way_is_counted(self, owner):
        kept, dropped = make_organization("kept"), make_organization("dropped")
        make_rating(dropped, "pmo", 3)
        make_rating(kept, "pmo", 1)
        assert actions.moving_rows(kept, dropped)[Rating] == (1, 1)


class TestVersionsOfLines:
    def test_a_line_that_was_a_hidden_weakness_looks_like_a_new_one(self, owner, editor):
        counted = RegistryVersion.current()
        actions.rate(owner, capability=capability("rfp"), level=0, stance=Stance.WEAKNESS, by=editor)
        for _time in range(3):
            actions.describe(owner, values={"about": f"{_time}"}, by=editor)
        was_hidden = actions.rate(owner, capability=capability("rfp"), level=1, stance=Stance.NEUTRAL, by=editor)
        assert was_hidden.version == counted + 5, "the count of the whole registry, as of a line declared now"
        new = actions.rate(owner, capability=capability("inventory"), level=1, stance=Stance.NEUTRAL, by=editor)
        assert new.version == was_hidden.version + 1

    def test_a_new_line_does_not_count_what_was_done_to_its_own_record(self, owner, editor):
        """The count is the whole registry's: it is the same whether the last deed was hidden or another's."""
        RegistryVersion.objects.update_or_create(pk=1, defaults={"version": 5000})
        line = actions.rate(owner, capability=capability("rfp"), level=1, stance=Stance.NEUTRAL, by=editor)
        assert line.version == 5001

    def test_undoing_brings_it_back_with_a_new_one(self, owner, editor):
        actions.rate(owner, capability=capability("rfp"), level=2, stance=Stance.NEUTRAL, by=editor)
        actions.rate(owner, capability=capability("rfp"), level=0, stance=Stance.WEAKNESS, by=editor)
        deed = Change.objects.filter(organization=owner).order_by("-pk").first()
        RegistryVersion.objects.update_or_create(pk=1, defaults={"version": 5000})
        assert actions.undo_rating(owner, change=deed, by=editor).version == 5001


class TestPeopleWhoWereRemoved:
    def test_the_ledger_of_a_merge_forgets_them_and_can_be_undone(self, world, owner, editor, steward):
        colleague = world.people["colleague"]
        twin = make_organization("second", name="架空 浜名信用金庫")
        told = {"about": word("pastperson"), "kana": "カクウ"}
        double = Expert.objects.create(organization=twin, name="架空 花子", user=colleague, **told)
        double.credentials.create(credential="it_coordinator")
        alone = Expert.objects.create(organization=twin, name="架空 次郎", **told)
        merge = actions.merge(owner, twin, reason="同じ機関", by=steward)
        for person in (Expert.objects.get(organization=owner, user=colleague), alone):
            actions.remove_expert(owner, expert=person, by=editor)
        kept = json.dumps(Merge.objects.get(pk=merge.pk).ledger, ensure_ascii=False)
        for said in ("架空 花子", "架空 次郎", word("pastperson"), word("owner", "expert")):
            assert said not in kept
        actions.undo_merge(merge, by=steward)
        assert not Expert.objects.filter(organization=twin).exists()
        assert Organization.objects.get(pk=twin.pk).is_active

    def test_undoing_keeps_those_who_stayed(self, world, owner, steward):
        twin = make_organization("second", name="架空 浜名信用金庫")
        double = Expert.objects.create(organization=twin, name="架空 花子", user=world.people["colleague"])
        alone = Expert.objects.create(organization=twin, name="架空 次郎")
        actions.undo_merge(actions.merge(owner, twin, reason="同じ機関", by=steward), by=steward)
        assert set(Expert.objects.filter(organization=twin).values_list("pk", "name")) == {
            (double.pk, "架空 花子"),
            (alone.pk, "架空 次郎"),
        }


class TestAnswersThatAreKept:
    """Nothing between the server and the reader may show one person's page to another, or after signing out."""

    @pytest.mark.parametrize("route", ["network:organizations", "home", "api-organization-list"])
    def test_what_somebody_was_told_is_theirs_alone(self, world, route):
        answer = Visitor(world, "partner").visit("GET", reverse(route))
        assert "private" in answer["Cache-Control"]
        assert "cookie" in answer["Vary"].lower()

    def test_by_token_too(self, world):
        from rest_framework.authtoken.models import Token

        key = Token.objects.create(user=world.people["partner"]).key
        answer = Client().get(reverse("api-organization-list"), headers={"Authorization": f"Token {key}"})
        assert answer.status_code == 200
        assert "private" in answer["Cache-Control"]
        assert "authorization" in answer["Vary"].lower()

    def test_what_says_more_keeps_its_word(self, world):
        answer = Visitor(world, "partner").visit("GET", reverse("network:account"))
        assert "no-store" in answer["Cache-Control"]

    def test_what_anybody_may_read_may_be_kept(self):
        assert "private" not in Client().get(reverse("livez")).get("Cache-Control", "")


class TestOtherPeoplesIds:
    """The editor of one organization sends the ids of another one's rows, under either address."""

    @pytest.fixture
    def asked(self, world, owner, editor):
        """(address, body) of everything that the outsider, an editor elsewhere, might try."""
        elsewhere = world.organizations["elsewhere"].pk
        office, expert = world.offices["owner"].pk, world.experts["owner_silent"].pk
        tie, deal = world.ties["capital"].pk, world.partnerships["proposed"].pk
        invitation, person = world.invitation.pk, world.people["colleague"].pk
        actions.rate(owner, capability=capability("rfp"), level=2, stance=Stance.NEUTRAL, by=editor)
        deed = Change.objects.filter(organization=owner).order_by("-pk").first().pk
        found = []
        for pk in (owner.pk, elsewhere):
            found += [
                ("office", (pk, office), {"name": "x", "prefecture": "22", "on_site": "on"}),
                ("remove_office", (pk, office), {}),
                ("expert", (pk, expert), {"name": "x"}),
                ("remove_expert", (pk, expert), {}),
                ("agreement", (pk, expert), {"agreed_on": "2026-01-01", "agreement_note": "x"}),
                ("agreement", (pk, expert), {"action": "withdraw"}),
                ("tie", (pk, tie), {"visibility": "network", "note": "x"}),
                ("end_tie", (pk, tie), {"until": "2026-01-01"}),
                ("answer_partnership", (pk, deal), {"answer": "confirm"}),
                ("end_partnership", (pk, deal), {}),
                ("invitation_resend", (pk, invitation), {}),
                ("invitation_revoke", (pk, invitation), {}),
                ("member_role", (pk, person), {"role": "editor"}),
                ("member_remove", (pk, person), {}),
                ("undo", (pk, "rfp", deed), {}),
                ("vouch", (pk, "pmo"), {"partner": str(owner.pk), "level": "4"}),
                ("vouch_withdraw", (pk, "pmo"), {"partner": str(world.organizations["closed"].pk)}),
            ]
        asked = world.corrections["asked"].pk
        found += [(f"{verb}_correction", (asked,), {"answer": "x"}) for verb in ("accept", "decline", "withdraw")]
        found += [("steward_unmerge", (world.merge.pk,), {})]
        found += [("steward_restore", (world.not_duplicate.pk,), {})]
        return [(reverse(f"network:{route}", args=args), body) for route, args, body in found]

    def rows(self) -> list[object]:
        models = (Office, Expert, Tie, Partnership, Invitation, Membership, Correction, Rating, Merge, Change)
        return [list(model.objects.order_by("pk").values()) for model in models]

    @pytest.mark.parametrize("htmx", [False, True])
    def test_nothing_happens_and_nothing_is_told(self, world, asked, htmx):
        client, before = Client(raise_request_exception=False), self.rows()
        client.force_login(world.people["outsider"])
        for address, body in asked:
            answer = client.post(address, body, headers={"HX-Request": "true"} if htmx else None)
            assert answer.status_code in {403, 404}, (address, answer.status_code)
        assert self.rows() == before

    def test_the_owners_editor_could(self, world, asked):
        """The same requests change something for who has the right: the refusals above are no accident."""
        client, before = Client(raise_request_exception=False), self.rows()
        client.force_login(world.people["editor"])
        statuses = {client.post(address, body).status_code for address, body in asked}
        assert 302 in statuses
        assert 500 not in statuses
        assert self.rows() != before


def test_what_a_form_does_not_ask_for_is_not_taken(world, owner, editor):
    """Columns that are no part of a form stay, however they are sent."""
    forged = {
        "name": "架空 新しい名",
        "is_active": "",
        "weakness_audience": "network",
        "merged_into": str(world.organizations["partner"].pk),
        "external_id": "taken",
        "last_confirmed_at": "2026-01-01",
        "registry_version": "1",
        "labs": "1",
        "version": str(owner.version),
    }
    client = Client()
    client.force_login(editor)
    client.post(reverse("network:describe", args=[owner.pk]), forged)
    now = Organization.objects.get(pk=owner.pk)
    same = ("is_active", "weakness_audience", "merged_into_id", "external_id", "last_confirmed_at")
    assert [getattr(now, name) for name in same] == [getattr(owner, name) for name in same]
    body = json.dumps({"name": "架空 新しい名", "weakness_audience": "network", "active": False})
    answer = client.patch(
        reverse("api-organization-detail", args=["owner"]), body, "application/json", headers={"If-Match": "*"}
    )
    assert answer.status_code == 422


class TestNotices:
    """Words are made when they are read: from what the reader may see then."""

    def told(self, world, reader: str) -> str:
        return Visitor(world, reader).visit("GET", reverse("network:notices")).content.decode()

    def test_who_left_reads_no_more_of_what_is_known_inside(self, world, owner, editor):
        quiet = actions.disclose_tie(
            world.organizations["elsewhere"],
            other=owner,
            kind="referral_fee",
            visibility="labs",
            by=world.people["outsider"],
        )
        assert quiet.visibility == "labs"
        owner.ratings.update(confirmed_at=None)
        reminders.remind([owner.pk])
        page = self.told(world, "editor")
        assert "利害関係を" in page
        assert "しばらく確認していません" in page
        Membership.objects.create(user=editor, organization=world.organizations["partner"], role=Role.MEMBER)
        Membership.objects.filter(user=editor, organization=owner).delete()
        page = self.told(world, "editor")
        assert "利害関係を" not in page
        assert "しばらく確認していません" not in page

    def test_an_organization_that_became_invisible_is_not_named(self, world, owner):
        elsewhere = world.organizations["elsewhere"]
        actions.propose_partnership(elsewhere, other=owner, by=world.people["outsider"])
        actions.disclose_tie(elsewhere, other=owner, kind="referral_fee", by=world.people["outsider"])
        assert word("elsewhere", "name") in self.told(world, "editor")
        Organization.objects.filter(pk=elsewhere.pk).update(is_active=False)
        assert word("elsewhere", "name") not in self.told(world, "editor")

    def test_applications_are_told_to_stewards_only(self, world, steward):
        notice = Notice.objects.create(user=steward, kind="application", facts={"by": "架空 申請中"}, key="a")
        assert "架空 申請中" in self.told(world, "steward")
        Notice.objects.filter(pk=notice.pk).update(user=world.people["partner"])
        assert "架空 申請中" not in self.told(world, "partner")


class TestPeopleWithoutAName:
    """An address stands for a missing name only among colleagues."""

    @pytest.fixture(autouse=True)
    def _nameless(self, world):
        for name in ("partner", "colleague"):
            person = world.people[name]
            person.name = ""
            person.save()

    def test_who_proposed_a_correction(self, world, owner):
        page = page_of(world, "editor", "corrections_to", owner.pk)
        assert word("correction") in page
        assert word("mail", "partner") not in page
        assert "氏名の登録がない方" in page

    def test_who_did_something_to_both_records(self, world, owner):
        partner = world.organizations["partner"]
        Membership.objects.filter(user=world.people["partner"]).update(role=Role.EDITOR)
        actions.disclose_tie(partner, other=owner, kind="referral_fee", by=world.people["partner"])
        assert word("mail", "partner") not in page_of(world, "editor", "history", owner.pk)
        assert word("mail", "partner") in page_of(world, "partner", "history", partner.pk)
        assert word("mail", "partner") in page_of(world, "steward", "history", owner.pk)
