"""A desk with cases on it: an owner with two editors and a member, a partner that took part, someone asked to write."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casebook import actions
from casebook.models import Case, Consent, Delegation, Draft, Version
from casebook.writing.content import Content, Figure, Planned, Took
from casebook.writing.texts import Text, draft_text, live_text
from network.models import Membership, Organization, User
from network.vocabulary import Role
from tests.cast import make_organization, make_person
from tests.small_cast import Small

SECTIONS = {
    "summary": "紙の注文を一つの画面にまとめました。",
    "background": "欠品で特急の手配が続きました。\n\n## 目的\n\nその日のうちに出荷を終えること。",
    "action": "はじめに業務の流れを書き出しました。",
    "result": "在庫をその場で答えられるようになりました。",
    "lessons": "品番の付け直しが遅れました。\n\n## もう一度やるなら\n\n現場の方に、はじめから入ってもらいます。",
    "team": "進行と開発を分けて受け持ちました。",
    "identity": "名前は控えにだけ残します。",
}
NETWORK = Planned(("network",))


@dataclass
class Desk:
    owner: Organization
    partner: Organization
    people: dict[str, User]

    def __getitem__(self, name: str) -> User:
        return self.people[name]

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(self.people[name])
        return client

    def content(self, **values: Any) -> Content:
        """A complete text of a client's case in which the partner took part; for the network, but for its names."""
        content = Content(
            title="受注の見える化",
            basis="client",
            industry="E",
            prefecture="22",
            size_band="",
            year=2025,
            outcome="success",
            contact="経営支援部",
            keywords=("在庫",),
            phases=("requirements", "analysis"),
            capabilities=("pmo", "inventory"),
            participants=(Took(self.partner.pk, "開発", ("system_development",)),),
            measures=(Figure("作業時間", "分", 80.0, 5.0, "1週間の記録", "2025-10-01"),),
            sections=SECTIONS,
            audience={kind: NETWORK for kind in SECTIONS if kind != "identity"},
        )
        return content.changed(**values)

    def begun(self, *, by: str = "editor", **values: Any) -> Case:
        """A new case with this content in its draft."""
        return actions.begin_case(self.owner, content=self.content(**values), by=self[by])

    def submitted(self, *, by: str = "editor", **values: Any) -> Case:
        case = self.begun(by=by, **values)
        actions.submit(case, by=self[by])
        return case

    def agreed(self, case: Case, *, scope: str = "network", naming: str = "region", until: date | None = None) -> None:
        """Everybody who has a word agrees to what there is: the draft, or else the published text."""
        if self.text(case).content.basis == "client":
            self.clients_word(case, scope=scope, naming=naming, until=until)
        for asked in actions.ask_approvals(case, digest=self.digest(case), by=self["editor"]):
            actions.answer_approval(asked, agreed=True, scope=scope, until=until, by=self["partner_editor"])

    def clients_word(self, case: Case, *, by: str = "editor", **terms: Any) -> Consent:
        return actions.record_consent(case, digest=self.digest(case), terms=client_terms(**terms), by=self[by])

    def text(self, case: Case) -> Text:
        """What is written, or else what is published."""
        found = draft_text(case) or live_text(case)
        assert found
        return found

    def digest(self, case: Case) -> str:
        return self.text(case).digest

    def published(self, *, by: str = "editor", scope: str = "network", naming: str = "region", **values: Any) -> Case:
        """A case that one editor wrote and the other let out, with everybody's consent."""
        case = self.submitted(by=by, **values)
        self.agreed(case, scope=scope, naming=naming)
        actions.publish(case, by=self["second"])
        case.refresh_from_db()
        return case

    def revised(self, case: Case, *, by: str = "editor", **changes: Any) -> Draft:
        """The next text, submitted."""
        draft = actions.begin_revision(case, by=self[by])
        if changes:
            draft = actions.save_draft(case, changes=changes, expected=draft.revision, by=self[by])
        return actions.submit(case, by=self[by])

    def version(self, case: Case) -> Version:
        found = case.versions.first()
        assert found
        return found

    def sees(self, name: str, case: Case) -> bool:
        return Case.objects.visible_to(self[name]).filter(pk=case.pk).exists()


def client_terms(**terms: Any) -> dict[str, Any]:
    """What the client said, in person."""
    said = {
        "person": "架空商店 代表",
        "means": "written",
        "agreed_on": timezone.localdate(),
        "contact": "経営支援部 053-000-0000",
        "scope": "network",
        "naming": "region",
    }
    return said | terms


@pytest.fixture
def desk(small: Small) -> Desk:
    people = dict(small.people)
    for name, organization, role in (
        ("second", small.owner, Role.EDITOR),
        ("outsider", make_organization("elsewhere", prefecture="27"), Role.EDITOR),
    ):
        people[name] = make_person(name)
        Membership.objects.create(user=people[name], organization=organization, role=role)
    people["delegate"] = make_person("delegate")
    return Desk(small.owner, small.partner, people)


def ask_to_write(case: Case, person: User) -> None:
    until = timezone.localdate() + timedelta(days=7)
    Delegation.objects.create(case=case, user=person, until=until, email=person.email)
