"""Organizations, members and cases made in one line each."""

from itertools import count

from casebook.models import Case, CasePhase, Grant, Section
from casebook.signals import case_changed
from network.models import Capability, Membership, Organization, User

NUMBERS = count(1)


def make_organization(name="架空 浜名信用金庫"):
    number = next(NUMBERS)
    return Organization.objects.create(
        external_id=f"org-{number}", name=f"{name}{number}", kind="shinkin_bank", prefecture="22"
    )


def make_member(organization=None, **fields):
    user = User.objects.create_user(f"user{next(NUMBERS)}@example.jp", **fields)
    if organization:
        Membership.objects.create(user=user, organization=organization)
    return user


def make_case(owner, title="題名", sections=None, phases=(), capabilities=(), **facts):
    """`sections`: (text, *keys) by kind, or one text that everybody may read."""
    case = Case.objects.create(external_id=f"case-{next(NUMBERS)}", title=title, owner=owner, **facts)
    sections = {"summary": (sections, "public")} if isinstance(sections, str) else sections or {}
    for kind, (text, *keys) in sections.items():
        section = Section.objects.create(case=case, kind=kind, text=text)
        Grant.objects.bulk_create([Grant(section=section, key=key) for key in keys])
    CasePhase.objects.bulk_create([CasePhase(case=case, phase=phase) for phase in phases])
    case.capabilities.set(Capability.objects.filter(code__in=capabilities))
    case_changed.send(sender=Case, case=case)
    return case


def titles(results):
    return [hit.case.title for hit in results.hits]
