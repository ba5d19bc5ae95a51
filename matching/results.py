"""What leaves a stored answer for one reader, the same in the API and from the command.

Beside the keys of `matching.answer` a reader is told, by team, its "explanation":

    seats      [{"role", "phase", "responsible", "supporting", "reason"}]
    loads      {member: [requirements and seats held, how many it can hold]}
    adds       what each member adds, a sentence each
    next_best  [{"requirement", "sentence"}]
    supplies   [{"requirement", "sentence"}]: where the nearest supply of a gap is

and of the first team "demands" (what each demanded organization costs) and "fairness" (what fair exposure costs; ""
where nothing is known of it), in sentences.
"""

from typing import Any

from matching.explaining import Lexicon, reasons, visible_covers
from matching.reasons import Reasons, reasons_of
from matching.relaxing import with_sentences
from matching.wording import demand_sentences, fairness_sentence

Json = dict[str, Any]
TOLD = ("need", "optimal", "gap", "took_ms", "limit", "stopped", "diverse", "weights", "run", "registry", "engine")
TOLD_OF_TEAM = ("score", "open_must", "lead", "members", "parts", "owners", "given_up", "apart", "proved", "gaps")
"""What leaves a stored answer: not the declared levels it also keeps, among which weaknesses are."""


def told(result: Json, words: Lexicon, home: str) -> Json:
    """The file format "Proposals" with the sentences and covered weaknesses that the reader of these words may know;
    `home` is the client's prefecture."""
    teams = [_team(number, result, words, home) for number in range(len(result["teams"]))]
    return {
        **{name: result.get(name) for name in TOLD},
        "teams": teams,
        "infeasible": with_sentences(result.get("infeasible"), result["requirements"], words),
        "demands": demand_sentences(result, words),
        "fairness": fairness_sentence(result, words),
    }


def _team(number: int, result: Json, words: Lexicon, home: str) -> Json:
    team = result["teams"][number]
    said = reasons_of(number, result, words, home)
    return {
        **{name: team.get(name) for name in TOLD_OF_TEAM},
        "covers": visible_covers(team, words),
        "reasons": reasons(team, result["requirements"], words, result["levels"], result.get("confidences", {})),
        "explanation": _explanation(number, result, said) if "seats" in result else None,
    }


def _explanation(number: int, result: Json, said: Reasons) -> Json:
    seating = result["seats"][number]
    names = ("role", "phase", "responsible", "supporting")
    seats = zip(seating["seats"], said.seats, strict=True)
    next_best = zip(result["next_best"][number], said.next_best, strict=True)
    supplies = zip(result["supplies"][number], said.supplies, strict=True)
    return {
        "seats": [{**{name: seat[name] for name in names}, "reason": view.reason} for seat, view in seats],
        "loads": seating["loads"],
        "adds": said.adds,
        "next_best": [{"requirement": each["requirement"], "sentence": view.sentence} for each, view in next_best],
        "supplies": [{"requirement": int(index), "sentence": view.sentence} for index, view in supplies],
    }
