"""Who may do what, written by hand from the sentence "a section is readable when reader and section share a key".

Nothing here is computed from the product: every surface is compared with the same table.
"""

HIDDEN, READS, OWNS = "-", "v", "vcs"
"""v: views; c: changes; s: shares with others."""

TABLE = """
                   draft  network  public  lab  org  user  expired  lastday
anonymous          -      -        v       -    -    -     -        -
stranger           -      -        v       -    -    v     -        -
partner            -      v        v       v    v    -     -        v
outsider           -      v        v       -    -    -     -        v
colleague          v      v        v       v    v    v     v        v
editor             vcs    vcs      vcs     vcs  vcs  vcs   vcs      vcs
facilitator        -      v        v       v    -    -     -        v
other_facilitator  -      v        v       -    -    -     -        v
steward            -      v        v       -    -    -     -        v
former             -      -        v       -    -    -     -        -
dormant            -      -        v       -    -    -     -        -
inactive           -      -        v       -    -    -     -        -
"""
"""Cases of one organization, by the audience of their sections.

`lab` is the lab that owner and partner joined and the facilitator serves; `org` is the partner; `user` is the
stranger; `expired` was public until yesterday; `lastday` is open to the network until today (Asia/Tokyo).
"""

REGISTRY = """
                   registry  closed  owner_weakness  elsewhere_weakness  need  other_need  owner_inside  desk
anonymous          -         -       -               -                   -     -           -             -
stranger           -         -       -               -                   -     -           -             -
partner            v         -       -               -                   -     -           -             -
outsider           v         -       -               v                   -     -           -             -
colleague          v         -       v               -                   -     -           v             -
editor             v         -       v               -                   -     -           v             -
facilitator        v         -       v               -                   v     -           -             -
other_facilitator  v         -       -               v                   -     v           -             -
steward            v         v       -               -                   -     -           -             v
former             -         -       -               -                   -     -           -             -
dormant            -         -       -               -                   -     -           -             -
inactive           -         -       -               -                   -     -           -             -
"""
"""`registry`: active organizations; `closed`: an inactive one; weaknesses: to the organization itself and to the
facilitators of the labs it joined; needs: to the facilitators of their lab; `owner_inside`: whom the owner asked in;
`desk`: what lies on the stewards' desk."""

TOLD = """
                   owner_history  owner_past  correction  editors_notice
anonymous          -              -           -           -
stranger           -              -           -           -
partner            -              -           v           -
outsider           -              -           -           -
colleague          v              v           v           -
editor             v              v           v           v
facilitator        -              -           -           -
other_facilitator  -              -           -           -
steward            v              -           v           -
former             -              -           -           -
dormant            -              -           -           -
inactive           -              -           -           -
"""
"""`owner_history`: what the owner's record said before, to members and stewards; `owner_past`: weaknesses and people
of its past, inside only; `correction`: what the partner's member proposed to the owner; `editors_notice`: what the
editor alone was told."""


def rows_of(table: str) -> dict[str, dict[str, str]]:
    """The table by row name and column name; raises ValueError for a line with a cell too few or too many."""
    head, *lines = [line.split() for line in table.strip().splitlines()]
    return {name: dict(zip(head, cells, strict=True)) for name, *cells in lines}


RIGHTS = rows_of(TABLE)
REGISTRY_RIGHTS = rows_of(REGISTRY)
TOLD_RIGHTS = rows_of(TOLD)

BETWEEN = """
                   owner_tie  owner_deal
anonymous          -          -
stranger           -          -
partner            v          v
outsider           -          -
colleague          v          v
editor             v          v
facilitator        v          -
other_facilitator  -          -
steward            -          -
former             -          -
dormant            -          -
inactive           -          -
"""
"""What stands between owner and partner: an interest open to facilitators of their labs, and a partnership that the
partner proposed and the owner has not answered."""
BETWEEN_RIGHTS = rows_of(BETWEEN)


INSIDE = {"mail_stranger", "mail_colleague", "mail_editor", "mail_inactive"}


def may_read(reader: str, audience: str) -> bool:
    """Whether the tables let the reader see what is for this audience."""
    if audience.startswith("mail_"):
        # A personal grant names the person to those who see the grants: the owner's members.
        # Members know each other's addresses, and stewards find everybody's.
        shared = audience in INSIDE and reader in {"colleague", "editor"}
        return audience == f"mail_{reader}" or shared or reader == "steward"
    return (RIGHTS[reader] | REGISTRY_RIGHTS[reader] | TOLD_RIGHTS[reader] | BETWEEN_RIGHTS[reader])[audience] != HIDDEN
