"""Who may do what, written by hand from the sentence "a section is readable when reader and section share a key".

Nothing here is computed from the product: every surface is compared with the same table.
"""

HIDDEN, READS, OWNS = "-", "v", "vcs"
"""v: views; c: changes; s: shares with others."""

TABLE = """
                   draft  network  public  lab  org  user  expired  lastday  team  embargo  opensnow  archived  takendown  withdrawn  lapsed  written
anonymous          -      -        v       -    -    -     -        -        -     -        v         -         -          -          -       -
stranger           -      -        v       -    -    v     -        -        -     -        v         -         -          -          -       -
partner            -      v        v       v    v    -     -        v        -     -        v         -         -          -          -       -
outsider           -      v        v       -    -    -     -        v        -     -        v         -         -          -          -       -
colleague          v      v        v       v    v    v     v        v        v     v        v         v         v          v          v       v
editor             vcs    vcs      vcs     vcs  vcs  vcs   vcs      vcs      vcs   vcs      vcs       vcs       vcs        vcs        vcs     vcs
facilitator        -      v        v       v    -    -     -        v        -     -        v         -         -          -          -       -
other_facilitator  -      v        v       -    -    -     -        v        -     -        v         -         -          -          -       -
steward            -      v        v       -    -    -     -        v        -     -        v         -         v          -          -       -
former             -      -        v       -    -    -     -        -        -     -        v         -         -          -          -       -
dormant            -      -        v       -    -    -     -        -        -     -        v         -         -          -          -       -
inactive           -      -        v       -    -    -     -        -        -     -        v         -         -          -          -       -
teammate           -      v        v       -    -    -     -        v        v     -        v         -         -          -          -       -
delegate           -      -        v       -    -    -     -        -        -     -        v         -         -          -          -       vc
"""
"""Cases of one organization, by the audience of their sections.

`lab` is the lab that owner and partner joined and the facilitator serves; `org` is the partner; `user` is the
stranger; `expired` was public until yesterday; `lastday` is open to the network until today (Asia/Tokyo); `team` is a
team of the owner and the teammate's organization.
The others would be public (`takendown`: the network's) but for the state of the case: `embargo` opens tomorrow,
`opensnow` opened today, `archived` was put away by its owner, `takendown` by a steward, who still reads it to judge an
objection; of `withdrawn` a consent was taken back, of `lapsed` one ran out yesterday (another ends today); `written` is
a draft that the delegate was asked to write until today.
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
teammate           v         -       -               -                   -     -           -             -
delegate           -         -       -               -                   -     -           -             -
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
teammate           -              -           -           -
delegate           -              -           -           -
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
teammate           -          -
delegate           -          -
"""
"""What stands between owner and partner: an interest open to facilitators of their labs, and a partnership that the
partner proposed and the owner has not answered."""
BETWEEN_RIGHTS = rows_of(BETWEEN)


LIFE = """
                   life_lab  life_owner  life_question  life_opened  life_inside  life_reuse  life_removed
anonymous          -         -           -              -            -            -           -
stranger           -         -           -              -            -            -           -
partner            v         -           v              v            v            -           -
outsider           -         -           v              v            -            v           -
colleague          v         v           v              v            v            v           -
editor             v         v           v              v            v            v           -
facilitator        v         -           -              v            -            -           -
other_facilitator  -         -           -              v            -            -           -
steward            -         -           -              v            -            -           -
former             -         -           -              -            -            -           -
dormant            -         -           -              -            -            -           -
inactive           -         -           -              -            -            -           -
teammate           -         -           -              v            -            -           -
delegate           -         -           -              -            -            -           -
"""
"""`life_lab`: a note for the lab, and one for the network on a section that only the lab reads; `life_owner`: a note
for the owner; `life_question`: the outsider's questions to the owner and its partner, not opened; `life_opened`: one
about a section for the network, opened (who asked stays a `life_question`); `life_inside`: which organization that took
part answered it;
`life_reuse`: what the outsider's organization used a case for; `life_removed`: a note that was taken away."""
LIFE_RIGHTS = rows_of(LIFE)

LEDGER = """
                   ledger  ledger_asked
anonymous          -       -
stranger           -       -
partner            -       -
outsider           -       v
colleague          v       v
editor             v       v
facilitator        -       -
other_facilitator  -       -
steward            -       -
former             -       -
dormant            -       -
inactive           -       -
teammate           -       -
delegate           -       -
"""
"""`ledger`: consents, earlier versions, history and drafts, inside only; `ledger_asked`: of a draft what an editor of an
organization that took part was asked to approve, which is not the client's name."""
LEDGER_RIGHTS = rows_of(LEDGER)

REQUESTS = """
                   request_waiting  request_granted  request_declined
anonymous          -                -                -
stranger           -                -                v
partner            -                v                -
outsider           v                -                -
colleague          v                v                v
editor             v                v                v
facilitator        -                -                -
other_facilitator  -                -                -
steward            -                -                -
former             -                -                -
dormant            -                -                -
inactive           -                -                -
teammate           -                -                -
delegate           -                -                -
"""
"""Requests to read more, with what they are for and their answers: to who asked and to the owner's members."""
REQUEST_RIGHTS = rows_of(REQUESTS)

SEARCHING = """
                   search_own  search_inquiry
anonymous          -           -
stranger           -           -
partner            v           v
outsider           -           -
colleague          -           -
editor             -           -
facilitator        -           v
other_facilitator  -           -
steward            -           -
former             -           -
dormant            -           -
inactive           -           -
teammate           -           -
delegate           -           -
"""
"""`search_own`: what the partner's member keeps and asked lately; `search_inquiry`: what that member asked the lab, and
its answer."""
SEARCHING_RIGHTS = rows_of(SEARCHING)

TEAMING = """
                   team_desk  team_told  team_brief  team_question  team_message  team_work
anonymous          -          -          -           -              -             -
stranger           -          -          -           -              -             -
partner            -          v          v           v              -             -
outsider           -          v          -           -              -             -
colleague          -          v          v           -              v             v
editor             -          v          v           -              v             v
facilitator        v          v          v           v              -             -
other_facilitator  -          -          -           -              -             v
steward            -          -          -           -              -             -
former             -          -          -           -              -             -
dormant            -          -          -           -              -             -
inactive           -          -          -           -              -             -
teammate           -          -          -           -              -             v
delegate           -          -          -           -              -             -
"""
"""A team that is being formed: `team_told` to every organization that was asked, `team_brief` while it is asked or
takes part, `team_question` to who asked, `team_message` to who was written to, `team_desk` to the facilitator alone;
`team_work` of a team of the owner and the teammate's organization to these and the facilitator of its need."""
TEAMING_RIGHTS = rows_of(TEAMING)

ROOM = """
                   room  nobody
anonymous          -     -
stranger           -     -
partner            -     -
outsider           -     -
colleague          v     -
editor             v     -
facilitator        v     -
other_facilitator  -     -
steward            -     -
former             -     -
dormant            -     -
inactive           -     -
teammate           v     -
delegate           -     -
"""
"""`room`: the room of a team, to the members of its organizations and the facilitators of its lab; `nobody`: what was
deleted there."""
ROOM_RIGHTS = rows_of(ROOM)

SHARED = """
                   shared_need
anonymous          -
stranger           -
partner            -
outsider           -
colleague          -
editor             -
facilitator        v
other_facilitator  v
steward            -
former             -
dormant            -
inactive           -
teammate           -
delegate           -
"""
"""A need of the other facilitator's lab, with who its client is: to that lab's facilitators, and to the facilitator of
another lab who was named to it."""
SHARED_RIGHTS = rows_of(SHARED)

INSIDE = {"mail_stranger", "mail_colleague", "mail_editor", "mail_inactive", "mail_delegate"}


def may_read(reader: str, audience: str) -> bool:
    """Whether the tables let the reader see what is for this audience."""
    if audience.startswith("mail_"):
        # A personal grant names the person to those who see the grants: the owner's members. So does an
        # address that one of its editors asked to write.
        # Members know each other's addresses, and stewards find everybody's.
        shared = audience in INSIDE and reader in {"colleague", "editor"}
        return audience == f"mail_{reader}" or shared or reader == "steward"
    inside = (
        TOLD_RIGHTS,
        BETWEEN_RIGHTS,
        LIFE_RIGHTS,
        LEDGER_RIGHTS,
        REQUEST_RIGHTS,
        SEARCHING_RIGHTS,
        TEAMING_RIGHTS,
        ROOM_RIGHTS,
        SHARED_RIGHTS,
    )
    tables = (RIGHTS, REGISTRY_RIGHTS, *inside)
    return next(table[reader][audience] for table in tables if audience in table[reader]) != HIDDEN
