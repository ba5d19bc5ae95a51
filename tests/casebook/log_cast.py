"""Cases of the small cast's owner, each with one section for everybody and one for the audience in its name."""

from casebook.models import Case, Grant, LogEntry, Section
from network.models import Team, TeamMember


def make_case(small, name="narrow", *keys, text="ここだけの話", **values):
    """`summary` is public; `lessons` accepts `keys`."""
    defaults = {
        "external_id": name,
        "title": f"{name} の事例",
        "owner": small.owner,
        "industry": "E",
        "prefecture": "22",
    }
    case = Case.objects.create(**(defaults | {"year": 2024, "version": 2} | values))
    Grant.objects.create(section=Section.objects.create(case=case, kind="summary", text="あらまし"), key="public")
    lessons = Section.objects.create(case=case, kind="lessons", text=text)
    for key in keys:
        Grant.objects.create(section=lessons, key=key)
    return case


def lab_key(small):
    return f"lab:{small.lab.pk}"


def org_key(organization):
    return f"org:{organization.pk}"


def user_key(person):
    return f"user:{person.pk}"


def make_team(*organizations):
    team = Team.objects.create(name="在庫の支援チーム")
    for organization in organizations:
        TeamMember.objects.create(team=team, organization=organization)
    return team


def entries(**filters):
    return list(LogEntry.objects.filter(**filters).order_by("chain", "number"))
