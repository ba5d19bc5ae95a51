"""What the matcher's rows do when two records of one organization become one.

A need names organizations by rows, which move. A stored proposal names them by the ids of its day and is a record of
what was proposed then: it stays as it is, and its names are looked up through the merge when it is shown
(`matching.explaining.lexicon`).
"""

from django.utils.translation import gettext_lazy as _

from network.actions.merge_rules import Rule, register


def register_rules() -> None:
    """What becomes of the rows that point at an organization."""
    register("matching.need_must_include", Rule(_("案件の「必ず入れたい機関」")))
    register("matching.need_exclude", Rule(_("案件の「外したい機関」")))
    register("matching.requirement", Rule(_("案件の要件の「担当の固定」")))
    register("matching.need_suppliers", Rule(_("案件の「企業のいまの取引先」")))
    register("matching.seatinvitation", Rule(_("支援チームの席への招待")))
    register("matching.seat", Rule(_("支援チームの席")))
    register("matching.tick", Rule(_("支援チームの開始前の確認")))
    register("matching.teamevent", Rule(_("支援チームの記録"), loose=True))
    register("matching.engagement", Rule(_("主担当の支援"), loose=True))
    register("matching.engagementphase", Rule(_("支援の局面の責任"), loose=True))
    register("matching.responsibility", Rule(_("支援の局面の分担"), loose=True))
    register("matching.task", Rule(_("支援の作業"), loose=True))
