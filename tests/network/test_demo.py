"""The demo is invented, complete, and the same every time; its need has the team it was made for."""

import json
from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from casebook.models import Case
from matching.core.solver import propose
from matching.demo import HEARD, LAB
from matching.facts import need_facts
from matching.facts import network as registry
from matching.management.commands.demo import LOGINS
from matching.models import Engagement, Need, Room, SeatInvitation
from matching.weights import PROFILES
from network.codes import INDUSTRIES, KINDS, PHASES, PREFECTURES, rows
from network.demo import demo_network
from network.demo.lists import DEMO, TODAY
from network.models import Capability, Letter, Organization, Rating, User
from network.vocabulary import Stance

LINES = demo_network()
ORGANIZATIONS = [line for line in LINES if line["type"] == "organization"]
TEAM = ("demo-hamana-shinkin", "demo-itc-enshu", "demo-tenryu-systems")


def ready_made() -> Need:
    """The need that nobody has a team for yet."""
    return Need.objects.get(plans=None)


def of_type(name):
    return [line for line in LINES if line["type"] == name]


class TestNetwork:
    def test_the_same_seed_gives_the_same_network_and_another_seed_another_one(self):
        assert demo_network() == LINES
        assert demo_network(seed=1) != LINES

    def test_the_size(self):
        assert 280 <= len(ORGANIZATIONS) <= 330
        assert 450 <= len(of_type("collaboration")) <= 600
        assert 30 <= len(of_type("tie")) <= 50

    def test_every_prefecture_has_at_least_three_of_them(self):
        found = Counter(line["municipality"][:2] for line in ORGANIZATIONS)
        assert set(found) == set(PREFECTURES)
        assert min(found.values()) >= 3
        assert found["13"] == max(found.values())

    def test_every_name_is_marked_as_invented_and_stands_once(self):
        names = [line["name"] for line in ORGANIZATIONS]
        assert all(name.startswith("架空 ") for name in names)
        assert len(set(names)) == len(names)
        assert all(line["kana"].startswith("カクウ") for line in ORGANIZATIONS)
        assert all(line["name"].startswith("架空 ") for line in of_type("person"))

    def test_places_are_municipalities_in_force(self):
        in_force = {row["code"] for row in rows("municipalities") if not row["retired_on"]}
        assert {line["municipality"] for line in ORGANIZATIONS} <= in_force

    def test_every_kind_of_organization_is_there(self):
        assert {line["kind"] for line in ORGANIZATIONS} == set(KINDS)

    def test_eight_to_sixteen_ratings_with_one_to_four_weaknesses(self):
        for line in ORGANIZATIONS:
            weak = [rating for rating in line["ratings"] if rating.get("stance") == "weakness"]
            assert 8 <= len(line["ratings"]) <= 16, line["id"]
            assert 1 <= len(weak) <= 4, line["id"]

    def test_nobody_has_a_number_that_a_real_company_could_have(self):
        assert not any(line.get("corporate_number") for line in ORGANIZATIONS)

    def test_labs_are_of_the_own_prefecture_except_for_the_cast(self):
        prefecture = {row["name"]: row["prefecture"] for row in rows("labs")}
        for line in ORGANIZATIONS:
            if line["id"][len("demo-") :][0].isdigit():
                assert {prefecture[lab] for lab in line["labs"]} <= {line["municipality"][:2]}

    def test_some_are_not_free(self):
        found = Counter(line["capacity"]["status"] for line in ORGANIZATIONS)
        assert set(found) == {"open", "limited", "waitlist", "closed"}
        assert found["open"] == max(found.values())

    def test_past_work_is_past_and_no_pair_stands_twice(self):
        pairs = [tuple(sorted(line["between"])) for line in of_type("collaboration")]
        assert len(set(pairs)) == len(pairs)
        assert all(date(2021, 1, 1) <= date.fromisoformat(line["last"]) <= TODAY for line in of_type("collaboration"))
        assert all(1 <= line["engagements"] <= 8 for line in of_type("collaboration"))

    def test_the_lists_of_the_demo_use_known_codes(self):
        for line in map(json.loads, (DEMO / "cast.jsonl").read_text(encoding="utf-8").splitlines()):
            assert set(line.get("industries", [])) <= set(INDUSTRIES)

    def test_everybody_who_signs_in_has_a_line(self):
        assert {line["email"] for line in of_type("person")} == set(LOGINS)


@pytest.mark.django_db
class TestCommand:
    @pytest.fixture(autouse=True)
    def own_folder(self, settings, tmp_path, monkeypatch):
        settings.VAR_DIR = tmp_path
        monkeypatch.delenv("DEMO_PASSWORD", raising=False)

    def run(self, **options):
        out = StringIO()
        call_command("demo", stdout=out, force=True, **options)
        return out.getvalue()

    def test_it_fills_in_network_cases_and_need(self):
        told = self.run()
        assert Organization.objects.count() == len(ORGANIZATIONS)
        assert Case.objects.count() == 15
        need = ready_made()
        assert (need.lab.name, need.created_by.email, need.text) == (LAB, "facilitator@example.jp", HEARD)
        assert "http://127.0.0.1:8000/" in told

    def test_a_team_is_at_work_in_its_room_and_another_waits_for_the_bank(self):
        self.run()
        work, bank = Engagement.objects.get(), User.objects.get(email="bank@example.jp")
        names = set(work.team.organizations.values_list("external_id", flat=True))
        assert names == {"demo-hamana-shinkin", "demo-tenryu-systems"}
        assert work.phases.exclude(starts=None).count() == work.phases.count() >= 3
        assert [look.months for look in work.check_ins.all() if look.is_due] == [1]
        assert work.tasks.filter(done_at=None).count() == 2
        room = Room.objects.visible_to(bank).get()
        assert room.events.filter(kind="message").count() == 4
        asked = SeatInvitation.objects.editable_by(bank).get(state="invited")
        assert asked.last_day is not None
        slots = dict(Organization.objects.filter(external_id__in=names).values_list("external_id", "capacity_slots"))
        stated = {line["id"]: line["capacity"]["slots"] for line in ORGANIZATIONS}
        assert slots == {name: stated[name] for name in names}
        assert not Letter.objects.filter(sent_at=None, given_up_at=None).exists()

    def test_every_login_is_printed_and_works(self, settings):
        told = self.run()
        path = settings.VAR_DIR / "demo_password"
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.read_text() in told
        for email in LOGINS:
            assert email in told
            assert User.objects.get(email=email).check_password(path.read_text())

    def test_the_second_run_changes_nothing_and_keeps_edits(self):
        first = self.run()
        Organization.objects.filter(external_id="demo-hamana-shinkin").update(about="直した紹介")
        # By key: to PostgreSQL, tables filled in a test's own transaction are empty, and it plans a join accordingly.
        Rating.objects.filter(organization=Organization.objects.get(external_id="demo-tenryu-systems")).delete()
        ready_made().delete()
        passwords = set(User.objects.values_list("email", "password"))
        second = self.run()
        assert Organization.objects.get(external_id="demo-hamana-shinkin").about == "直した紹介"
        assert not Rating.objects.filter(organization__external_id="demo-tenryu-systems").exists()
        assert not Need.objects.filter(plans=None).exists()
        assert set(User.objects.values_list("email", "password")) == passwords
        assert second.splitlines()[1:] == first.splitlines()[1:]

    def test_the_environment_may_name_the_password(self, monkeypatch, settings):
        monkeypatch.setenv("DEMO_PASSWORD", "given-password-1")
        assert "given-password-1" in self.run()
        assert User.objects.get(email="bank@example.jp").check_password("given-password-1")
        assert not (settings.VAR_DIR / "demo_password").exists()

    def test_a_login_that_was_closed_stays_closed(self):
        self.run()
        User.objects.filter(email="stranger@example.jp").update(is_active=False)
        assert "stranger@example.jp" not in self.run()

    def test_it_does_not_land_in_production(self, monkeypatch):
        monkeypatch.setattr("matching.management.commands.demo.connection.vendor", "postgresql")
        with pytest.raises(CommandError, match="SQLite以外では登録しません") as caught:
            call_command("demo", stdout=StringIO())
        assert caught.value.returncode == 2
        assert not Organization.objects.exists()


@pytest.mark.django_db
class TestReadyMadeNeed:
    @pytest.fixture(autouse=True)
    def demo(self, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        call_command("demo", stdout=StringIO(), force=True)

    def best(self):
        need = need_facts(ready_made())
        return propose(need, registry(TODAY), PROFILES["default"], 1).teams[0]

    def test_bank_coordinator_and_vendor_meet_all_of_it(self):
        team = self.best()
        assert (team.lead, team.members, team.open_must) == ("demo-hamana-shinkin", TEAM, 0)
        assert team.owners == {
            **dict.fromkeys((0, 1, 2), "demo-itc-enshu"),
            **dict.fromkeys((3, 4, 9), "demo-hamana-shinkin"),
            **dict.fromkeys((5, 6, 7, 8), "demo-tenryu-systems"),
        }

    def test_another_vendor_takes_over_when_development_becomes_a_weakness(self):
        Rating.objects.filter(
            organization__external_id="demo-tenryu-systems", capability__code="system_development"
        ).update(level=0, stance=Stance.WEAKNESS)
        team = self.best()
        assert team.members == ("demo-hamana-shinkin", "demo-itc-enshu", "demo-mikawa-soft")
        assert team.open_must == 0

    def test_every_phase_from_analysis_to_training_is_asked_for(self):
        phases = {requirement.phase for requirement in ready_made().requirements.all()}
        assert (
            {"analysis", "requirements", "procurement", "development", "operation", "training"} <= phases <= set(PHASES)
        )

    def test_phases_are_those_in_which_the_capability_helps(self):
        for requirement in ready_made().requirements.select_related("capability"):
            assert requirement.phase in Capability.objects.get(pk=requirement.capability_id).phases

    def test_the_note_is_as_long_as_a_telephone_call(self):
        assert 200 <= len(HEARD) <= 400

    def test_propose_reads_the_same_need_from_its_file(self, settings):
        out = StringIO()
        call_command("propose", settings.BASE_DIR / "matching" / "data" / "demo_need.json", json=True, stdout=out)
        assert tuple(json.loads(out.getvalue())["teams"][0]["members"]) == TEAM
