"""`propose` at the operator's console: formats, exit statuses, messages."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from matching.management.commands import propose
from matching.weights import PROFILES, values_of
from network.models import Organization, Rating, Tie
from network.vocabulary import Stance

pytestmark = pytest.mark.django_db

NEED = {
    "title": "金属加工業の在庫",
    "client": {"prefecture": "22", "industry": "E", "employees": 50, "stage": 1},
    "requirements": [
        {"capability": "pmo", "phase": "procurement", "level": 3, "weight": 3, "must": True},
        {"capability": "system_development", "phase": "development", "level": 3, "weight": 1},
    ],
    "lead": {"kinds": ["shinkin_bank"]},
}


@pytest.fixture
def need_file(tmp_path):
    def write(**changes):
        path = tmp_path / "need.json"
        path.write_text(json.dumps({**NEED, **changes}, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def run(*words, **options):
    out, err = StringIO(), StringIO()
    call_command("propose", *map(str, words), stdout=out, stderr=err, **options)
    return out.getvalue()


def test_the_json_has_exactly_the_documented_shape(world, need_file):
    result = json.loads(run(need_file(), json=True))
    assert set(result) == {
        "need", "optimal", "gap", "took_ms", "limit", "stopped", "diverse", "weights", "run", "registry", "engine",
        "teams", "infeasible", "demands", "fairness",
    }  # fmt: skip
    assert result["registry"]["current"] is True
    assert (result["weights"]["profile"], result["weights"]["adjusted"]) == ("default", [])
    assert len(result["run"]["inputs"]) == 64
    assert result["optimal"] is True
    assert result["registry"]["organizations"] == 4
    team = result["teams"][0]
    assert set(team) == {
        "score", "open_must", "lead", "members", "parts", "owners", "gaps", "covers", "reasons",
        "given_up", "apart", "proved", "explanation",
    }  # fmt: skip
    assert set(team["explanation"]) == {"seats", "loads", "adds", "next_best", "supplies"}
    assert team["explanation"]["seats"][0]["responsible"] == "owner"
    assert team["explanation"]["seats"][0]["reason"]
    assert any("架空 天竜システムを外すと" in line for line in team["explanation"]["adds"])
    assert team["score"] == sum(team["parts"].values())
    assert (team["lead"], team["owners"]) == ("owner", {"0": "owner", "1": "partner"})
    assert team["covers"] == [{"weakness_of": "owner", "capability": "system_development", "by": "partner"}]
    assert any("弱み「システム開発」は架空 天竜システムが補います" in line for line in team["reasons"])


def test_a_lowered_strength_changes_the_next_proposal(world, need_file):
    Rating.objects.update(stated_confidence=1.0)
    Rating.objects.filter(organization=world.organizations["partner"]).update(level=0, stance=Stance.WEAKNESS)
    team = json.loads(run(need_file(), json=True))["teams"][0]
    assert team["members"] == ["owner"]
    assert team["gaps"] == [{"requirement": 1, "covered": 0.0, "nearest": None}]
    assert team["parts"]["open_weakness"] == -125_000


def test_the_table_speaks_to_people(world, need_file):
    said = run(need_file())
    assert "架空 浜名信用金庫が主担当です。" in said
    assert "最良であることを確認ずみ" in said


def test_top_limits_the_teams(world, need_file):
    assert len(json.loads(run(need_file(), json=True, top=1))["teams"]) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"leed": {}}, "leed: このキーは使えません。「lead」のことでしょうか。"),
        ({"requirements": []}, "requirements"),
        ({"requirements": [{**NEED["requirements"][0], "capability": "pmoo"}]}, "requirements[0].capability"),
        ({"requirements": [{**NEED["requirements"][0], "weight": 0}]}, "requirements[0].weight"),
        ({"requirements": [{**NEED["requirements"][0], "level": 5}]}, "requirements[0].level"),
        ({"client": {"prefecture": "48"}}, "client.prefecture"),
        ({"client": {"prefecture": "22", "municipality": "13101"}}, "client.municipality"),
        ({"must_include": ["nobody"]}, "must_include[0]: 機関「nobody」は登録されていません"),
        ({"must_include": ["owner"], "exclude": ["owner"]}, "両方"),
        ({"suppliers": ["owner", "nobody"]}, "suppliers[1]: 機関「nobody」は登録されていません"),
        ({"suppliers": "owner"}, "suppliers"),
        ({"max_size": 7}, "max_size"),
        ({"weights": "unknown"}, "weights"),
        ({"remote": "no"}, "remote"),
        ({"forbidden_ties": ["friendship"]}, "forbidden_ties"),
        ({"requirements": [{**NEED["requirements"][0], "locked": "nobody"}]}, "requirements[0].locked: 機関「nobody」"),
    ],
)
def test_bad_input_names_the_field_and_exits_with_two(world, need_file, changes, said):
    with pytest.raises(CommandError) as refused:
        run(need_file(**changes), json=True)
    assert said in str(refused.value)
    assert refused.value.returncode == 2


def test_a_missing_file_is_bad_input(tmp_path):
    with pytest.raises(CommandError, match="見つかりません") as refused:
        run(tmp_path / "nothing.json")
    assert refused.value.returncode == 2


def test_no_feasible_team_exits_with_three_and_says_what_to_relax(world, need_file):
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("propose", str(need_file(lead={"kinds": ["regional_bank"]})), json=True, stdout=out, stderr=err)
    assert ended.value.code == 3
    infeasible = json.loads(out.getvalue())["infeasible"]
    assert infeasible["size"] == 1
    assert infeasible["sets"][0]["conditions"] == [{"condition": "lead_kinds", "organization": None, "value": None}]
    said = infeasible["sets"][0]["sentence"]
    assert said.startswith("主担当の種類を問わないと、架空 浜名信用金庫を主担当とする2機関のチームができます（充足")
    assert said in err.getvalue()


def test_a_must_include_is_named_where_it_stands_in_the_way(world, need_file):
    Organization.objects.filter(external_id="partner").update(capacity_status="closed")
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit):
        call_command("propose", str(need_file(must_include=["partner"])), stdout=out, stderr=err)
    assert "架空 天竜システムを必須から外すと、架空 浜名信用金庫を主担当とする" in err.getvalue()


def test_locked_seats_and_forbidden_ties_of_a_file_hold(world, need_file):
    locked = [NEED["requirements"][0], {**NEED["requirements"][1], "locked": "owner"}]
    team = json.loads(run(need_file(requirements=locked), json=True))["teams"][0]
    assert team["owners"]["1"] == "owner"
    first, second = (world.organizations[name] for name in ("owner", "partner"))
    first, second = sorted((first, second), key=lambda each: each.pk)
    Tie.objects.filter(first=first, second=second).delete()
    Tie.objects.create(first=first, second=second, kind="capital")
    teams = json.loads(run(need_file(forbidden_ties=["capital"]), json=True))["teams"]
    assert teams
    assert all(not {"owner", "partner"} <= set(each["members"]) for each in teams)


@pytest.mark.parametrize("profile", ["default", "regional", "track_record", "new_combinations"])
def test_a_profile_is_told_with_its_values(world, need_file, profile):
    told = json.loads(run(need_file(), json=True, weights=profile))["weights"]
    assert told == {"profile": profile, "version": 1, "values": values_of(PROFILES[profile]), "adjusted": []}


def test_alternatives_say_what_is_given_up(world, need_file):
    teams = json.loads(run(need_file(), json=True, diverse=True))["teams"]
    assert teams[0]["given_up"] == {"score": 0, "open_must": 0}
    for other in teams[1:]:
        assert other["given_up"]["score"] == teams[0]["score"] - other["score"]
        assert other["apart"]["lead"] or max(len(other["apart"]["joined"]), len(other["apart"]["left"])) >= 2
        assert other["proved"]


def test_a_search_that_is_interrupted_gives_the_best_so_far(world, need_file, monkeypatch):
    monkeypatch.setattr(propose.Interrupted, "__call__", lambda _self: True)
    result = json.loads(run(need_file(), json=True, progress=True))
    assert (result["optimal"], result["stopped"]) == (False, "cancelled")
    assert result["teams"]
    assert result["gap"] >= 0


def test_a_batch_answers_line_by_line_in_order(world, tmp_path):
    path = tmp_path / "needs.jsonl"
    titles = ["一件目", "二件目", "三件目"]
    path.write_text("\n".join(json.dumps({**NEED, "title": title}) for title in titles), encoding="utf-8")
    answers = [json.loads(line) for line in run(batch=path).splitlines()]
    assert [each["need"] for each in answers] == titles


def test_one_bad_line_of_a_batch_stops_it_before_the_first_answer(world, tmp_path):
    path = tmp_path / "needs.jsonl"
    path.write_text(json.dumps(NEED) + "\n{oops\n", encoding="utf-8")
    with pytest.raises(CommandError, match="2行目") as refused:
        run(batch=path)
    assert refused.value.returncode == 2
