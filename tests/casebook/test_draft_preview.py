"""A preview promises what the page keeps: what an audience finds in it is what it finds after publication."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from casebook import actions, showing, viewers
from casebook.files.listing import CaseFiles
from casebook.models import Case, Consent, Draft, Grant
from casebook.reading import read
from casebook.writing.content import Figure, Planned, Took
from casebook.writing.live import files_of
from network.models import Lab, LabFacilitator, Membership, Organization, Team, TeamMember
from network.vocabulary import Role
from tests.casebook.drafting import SECTIONS, address, begun, content_of
from tests.cast import make_organization, make_person
from tests.small_cast import Small

KINDS = tuple(SECTIONS)
KEYS = ("public", "network", "team", "lab:own", "lab:far", "org:partner", "org:third", "org:closed", "user:guest")
DAYS = (None, None, 0, 5, -1)
NO_FILES = CaseFiles({}, {})


# --- The page -----------------------------------------------------------------------------------


@pytest.fixture
def editor(small):
    return small.client("editor")


def seen(client: Client, case: Case, code: str) -> str:
    answer = client.get(f"{address(case, 'preview')}?as={code}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_hidden_sections_are_not_there_and_their_number_is_not_told(small, editor):
    case = begun(
        small,
        audience={"summary": Planned(("public",)), "lessons": Planned(("network",)), "team": Planned(("team",))},
        participants=(Took(small.partner.pk, "開発"),),
        schemes=("IT導入補助金",),
    )
    for code, words, hidden in (
        (
            "public",
            ["FAXの注文", "読める節は1つです"],
            ["移行が1か月", "進行役", "天竜システム</", "IT導入", "浜松金属"],
        ),
        ("network", ["FAXの注文", "移行が1か月", "読める節は2つです"], ["進行役", "IT導入", "浜松金属"]),
        ("team", ["進行役", "天竜システム", "読める節は3つです"], ["浜松金属"]),
        (f"org:{small.partner.pk}", ["進行役", "架空 天竜システムからは、こう見えます"], ["浜松金属"]),
        (f"lab:{small.lab.pk}", ["移行が1か月"], ["進行役", "浜松金属"]),
        ("own", ["浜松金属", "IT導入補助金", "読める節は7つです"], []),
    ):
        html = seen(editor, case, code)
        assert [word for word in words if word not in html] == [], code
        # the names of audiences stand in the choice above; below it nothing that is hidden
        assert [word for word in hidden if word in html.split('id="as-seen"')[1]] == [], code


@pytest.mark.django_db
def test_who_reads_nothing_is_told_of_nothing(small, editor):
    html = seen(editor, begun(small), "public")
    assert "何も見えません" in html
    assert SECTIONS["summary"] not in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code", ["", "org:", "org:x", "org:0", "org:" + "9" * 30, "org:²", "lab:0", "user:1", "nobody", "public\0"]
)
def test_nobody_else_can_be_asked_for(small, editor, code):
    assert editor.get(address(begun(small), "preview"), {"as": code}).status_code == 404


@pytest.mark.django_db
def test_a_person_is_seen_by_what_is_opened_to_the_person_alone(small, editor):
    """What an editor previews must not tell where somebody belongs."""
    partner = small["partner"]
    case = begun(small, audience={"summary": Planned((f"user:{partner.pk}",)), "lessons": Planned(("network",))})
    html = seen(editor, case, f"user:{partner.pk}")
    assert SECTIONS["summary"] in html
    assert "移行が1か月" not in html
    assert "所属する機関に開いた節は含みません" in html


@pytest.mark.django_db
def test_members_and_who_was_asked_preview_and_nobody_else(small):
    case = begun(small)
    assert seen(small.client("colleague"), case, "own")
    for name in ("partner", "facilitator", "stranger"):
        assert small.client(name).get(address(case, "preview")).status_code == 404


@pytest.mark.django_db
def test_an_embargo_is_said(small, editor):
    case = begun(small, audience={"summary": Planned(("public",))}, opens_on="2099-01-01")
    assert "公開を始める日の前の日までは、自機関だけが読みます" in seen(editor, case, "public")


@pytest.mark.django_db
def test_a_published_case_is_seen_as_others_find_it_now(world):
    client = Client()
    client.force_login(world.people["editor"])
    case = world.cases["mixed"]
    partner = world.organizations["partner"].pk
    html = client.get(f"/cases/{case.pk}/seen-as/?as=org:{partner}").content.decode()
    theirs = Client()
    theirs.force_login(world.people["partner"])
    page = theirs.get(f"/cases/{case.pk}/").content.decode()
    for kind in ("summary", "result", "lessons", "team", "attachment"):
        assert f'id="{kind}"' in html
        assert f'id="{kind}"' in page
    for kind in ("background", "action", "identity"):
        assert f'id="{kind}"' not in html
        assert f'id="{kind}"' not in page
    closed = client.get(f"/cases/{world.cases['withdrawn'].pk}/seen-as/?as=public").content.decode()
    assert "いま自機関の外には閉じています" in closed
    assert "入出荷を見直した" not in closed
    assert theirs.get(f"/cases/{case.pk}/seen-as/").status_code == 403


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(small, editor, django_assert_max_num_queries):
    took = [make_organization(f"took-{n}") for n in range(3)]
    one = begun(small, participants=(Took(took[0].pk, "役", ("inventory",)),))
    three = begun(small, participants=tuple(Took(each.pk, "役", ("inventory",)) for each in took))
    with django_assert_max_num_queries(60) as first:
        seen(editor, one, "own")
    with django_assert_max_num_queries(len(first)):
        seen(editor, three, "own")


# --- The promise --------------------------------------------------------------------------------


def cast() -> tuple[Small, dict[str, str]]:
    """An owner with a lab, organizations that may or may not take part, and the keys of all of them by name."""
    owner, partner = make_organization("owner"), make_organization("partner")
    third, closed = make_organization("third"), make_organization("closed", is_active=False)
    own, far = Lab.objects.get(name="静岡県"), Lab.objects.get(name="大阪市")
    owner.labs.add(own)
    partner.labs.add(own)
    third.labs.add(far)
    team = Team.objects.create(name="前の事例のチーム")
    TeamMember.objects.create(team=team, organization=third)
    found = Small(owner, partner, own)
    for name, organization, role in (
        ("editor", owner, Role.EDITOR),
        ("second", owner, Role.EDITOR),
        ("partner", partner, Role.MEMBER),
        ("third", third, Role.MEMBER),
        ("closed", closed, Role.MEMBER),
    ):
        found.people[name] = make_person(name)
        Membership.objects.create(user=found[name], organization=organization, role=role)
    found.people["guest"] = make_person("guest")
    found.people["facilitator"] = make_person("facilitator")
    LabFacilitator.objects.create(user=found["facilitator"], lab=far)
    keys = {"lab:own": f"lab:{own.pk}", "lab:far": f"lab:{far.pk}", "user:guest": f"user:{found['guest'].pk}"}
    keys |= {f"org:{one.external_id}": f"org:{one.pk}" for one in (partner, third, closed)}
    return found, keys


AUDIENCES = st.dictionaries(
    st.sampled_from(KINDS), st.tuples(st.sets(st.sampled_from(KEYS), max_size=3), st.sampled_from(DAYS)), max_size=7
)


class Promise(TestCase):
    """Over random plans, grants that stand already, participants and an earlier publication."""

    @settings(max_examples=40)
    @given(
        planned=AUDIENCES,
        standing=AUDIENCES,
        took=st.sets(st.sampled_from(["partner", "third", "closed"])),
        before=st.sets(st.sampled_from(["partner", "third"])),
        written=st.sets(st.sampled_from(KINDS), min_size=1),
    )
    def test_a_preview_is_what_the_audience_finds_after_publication(self, planned, standing, took, before, written):
        small, keys = cast()
        case = begun(small, participants=self.participants(before))
        if before:
            self.publish(case, small)
            self.open(case, standing, keys)
            actions.begin_revision(case, by=small["editor"])
        content = content_of(case)
        plans = {kind: self.plan(chosen, keys) for kind, chosen in planned.items()}
        changes = content.changed(
            participants=self.participants(took),
            sections={kind: text for kind, text in SECTIONS.items() if kind in written},
            measures=(Figure("入力時間", "分", 80, 5, "測定", "2026-03-01"), Figure("欠品", before=3)),
            schemes=("IT導入補助金",),
            related_urls=("https://example.jp/",),
            source_title="現場の記録",
            audience=plans,
        )
        Draft.objects.filter(case=case).update(content=changes.as_json())
        case.refresh_from_db()
        promised = self.promised(case, small)
        self.publish(case, small)
        assert promised == self.found(case, small)

    def participants(self, names):
        found = Organization.objects.filter(external_id__in=names).order_by("external_id")
        return tuple(Took(one.pk, f"役割{one.external_id}", ("inventory",)) for one in found)

    def plan(self, chosen, keys):
        names, days = chosen
        until = None if days is None else (timezone.localdate() + timedelta(days=days)).isoformat()
        return Planned(tuple(sorted(keys.get(name, name) for name in names)), until)

    def open(self, case, standing, keys):
        for kind, chosen in standing.items():
            section = case.sections.filter(kind=kind).first()
            plan = self.plan(chosen, keys)
            names = [f"team:{case.team_id}" if key == "team" else key for key in plan.keys if section]
            for key in names:
                if key != "team:None":
                    Grant.objects.create(section=section, key=key, until=plan.until)

    def publish(self, case, small):
        """As if everybody had agreed; what is missing in a text is no matter here."""
        draft = Draft.objects.get(case=case)
        content = content_of(case)
        agreed = {"state": "given", "scope": "public", "digest": content.digest(files_of(case))}
        for took in content.participants:
            Consent.objects.create(case=case, organization_id=took.organization, **agreed)
        draft.state, draft.submitted_by, draft.writers = "submitted", small["editor"], [small["editor"].pk]
        draft.save()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("casebook.actions.publishing.missing", lambda _content: [])
            actions.publish(case, by=small["second"])
        case.refresh_from_db()

    def promised(self, case, small):
        content = content_of(case)
        plan = viewers.plan_after(case, content)
        offered = viewers.viewers_of(case, content, plan)
        codes = {
            name: f"org:{Organization.objects.get(external_id=name).pk}" for name in ("partner", "third", "closed")
        }
        codes |= {"anonymous": "public", "facilitator": f"lab:{Lab.objects.get(name='大阪市').pk}", "second": "own"}
        found = {}
        for name, code in codes.items():
            viewer = viewers.viewer_named(code, offered, case, content, small["editor"])
            if name == "facilitator":
                viewer = viewers.of_lab(Lab.objects.get(name="大阪市"))
            if name == "closed":  # nobody sees it in a list, and it may have taken part
                viewer = viewers.of_organization(Organization.objects.get(external_id=name), case, content)
            found[name] = html_of(showing.shown_after(case, content, plan, viewer))
        return found

    def found(self, case, small):
        found = {}
        for name in ("partner", "third", "closed", "anonymous", "facilitator", "second"):
            reader = small.people.get(name) or AnonymousUser()
            visible = Case.objects.visible_to(reader).filter(pk=case.pk).select_related("owner", "municipality")
            [*readings] = read(list(visible), reader)
            found[name] = html_of(showing.shown(readings[0])) if readings else ""
        return found


def html_of(shown: showing.Shown) -> str:
    """The page's parts as they are written; nothing for who reads no section."""
    if not shown.parts:
        return ""
    context = {"shown": shown, "files": NO_FILES, "owner_is_visible": True, "may_share": False}
    parts = ("_case_state", "_case_parts", "_case_facts")
    return "".join(render_to_string(f"casebook/{part}.html", context) for part in parts)
