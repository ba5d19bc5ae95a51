"""What the demo adds to an empty installation: the network, its cases, teams, and a need that is ready to be solved."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from casebook.demo import fill_casebook
from casebook.transfer.importing import import_cases
from matching.actions import Wanted, save_need
from matching.demo_teams import make_teams
from matching.models import Need
from matching.needfile import industry_major, need_shape
from network.demo import demo_network
from network.demo.asking import ask_for_registration
from network.demo.partnerships import make_partnerships
from network.demo.vouching import vouch_for_each_other
from network.models import Capability, Lab, Organization, User
from network.transfer.importing import import_network
from network.transfer.lines import parse_object

LANDMARK = "demo-hamana-shinkin"
"""The organization by which an installation is known to hold the demo."""

NEED = Path(__file__).parent / "data" / "demo_need.json"
CASES = Path(settings.BASE_DIR) / "casebook" / "data" / "demo_cases.jsonl"
SUPPLIERS = ("demo-saas-musubi",)
"""Who supplies the invented company today: interests with it stand beside the proposal."""
LAB, FACILITATOR = "静岡県", "facilitator@example.jp"

HEARD = (
    "社長から電話。金属加工、従業員は50人くらい、浜松市内。注文がほとんどFAXと電話で、事務の人が台帳に書き写している。"
    "在庫は倉庫のベテランの頭の中で、急ぎの注文が入るたびに現物を見に行くとのこと。欠品で特急の手配が増えて困っている。"
    "どこから手をつければいいかわからないし、社内にITに詳しい人はいない。前にソフト会社に見積もりを頼んだが、"
    "何を頼めばいいか説明できずに流れた。メインバンクの信用金庫が間に入ってくれるなら進めたい。"
    "使い方を現場に教えるところと、入れたあとの面倒も見てほしい。使える補助金があれば知りたい。"
)
"""What the facilitator noted down on the telephone."""


def is_there() -> bool:
    return Organization.objects.filter(external_id=LANDMARK).exists()


@transaction.atomic
def build() -> None:
    """Fills in the whole demo, or nothing of it."""
    lines = (json.dumps(line, ensure_ascii=False) for line in demo_network())
    import_network(BytesIO("\n".join(lines).encode()))
    with CASES.open("rb") as source:
        import_cases(source)
    vouch_for_each_other()
    make_partnerships()
    ask_for_registration()
    fill_casebook()
    make_teams()
    create_need(by=User.objects.get(email=FACILITATOR))


def create_need(*, by: User) -> Need:
    """The ready-made need of the facilitator's lab, as `data/demo_need.json` states it."""
    given: dict[str, Any] = need_shape()(parse_object(NEED.read_bytes()))
    client, lead = given["client"], given["lead"]
    need = Need(
        title=given["title"],
        lab=Lab.objects.get(name=LAB),
        prefecture=client["prefecture"],
        municipality_id=client["municipality"],
        industry=industry_major(client["industry"]),
        employees=client["employees"],
        stage=client["stage"],
        demand=client["demand"],
        text=HEARD,
        lead_kinds=lead["kinds"],
        lead_min_suitability=lead["min_suitability"],
        max_size=given["max_size"],
    )
    capabilities = Capability.objects.in_bulk([line["capability"] for line in given["requirements"]], field_name="code")
    requirements = [
        Wanted(capabilities[line["capability"]], line["phase"], line["level"], line["weight"], line.get("must", False))
        for line in given["requirements"]
    ]
    suppliers = list(Organization.objects.filter(external_id__in=SUPPLIERS))
    return save_need(need, requirements=requirements, must_include=[], exclude=[], suppliers=suppliers, by=by)
