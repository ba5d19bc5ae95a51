"""Addresses of the casebook; the list of cases is the search page."""

from django.urls import URLPattern, path

import network.addresses  # noqa: F401 - registers <record:…>
from casebook.views import (
    answering,
    approvals,
    asking,
    attachments,
    caselog,
    cases,
    consents,
    exporting,
    insights,
    keeping,
    life,
    picking,
    questions,
    reviewing,
    statistics,
    versions,
    watching,
    writers,
)
from casebook.views.writing import audience, begin, handing_over, seeing, steps

app_name = "casebook"

READING: list[URLPattern] = [
    path("cases/recent/", cases.recent, name="recent"),
    path("cases/<record:pk>/", cases.case, name="case"),
    path("cases/<record:pk>/mark/", watching.case_mark, name="case_mark"),
    path("organizations/<record:pk>/ratings/<str:code>/cases/", cases.borne_out, name="borne_out"),
    path("cases/<record:pk>/sections/<record:section>/share/", cases.share, name="share"),
]
WRITING: list[URLPattern] = [
    path("organizations/<record:pk>/cases/new/", begin.new_case, name="new_case"),
    path("cases/<record:pk>/revise/", begin.revise, name="revise"),
    path("cases/<record:pk>/draft/", steps.draft, name="draft"),
    path("cases/<record:pk>/draft/discard/", begin.discard, name="discard"),
    path("cases/<record:pk>/draft/preview/", seeing.preview, name="preview"),
    path("cases/<record:pk>/draft/check/", handing_over.check, name="check"),
    path("cases/<record:pk>/draft/acknowledge/", handing_over.acknowledge, name="acknowledge"),
    path("cases/<record:pk>/draft/apply/", handing_over.apply, name="apply_suggestion"),
    path("cases/<record:pk>/draft/submit/", handing_over.hand_over, name="submit"),
    path("cases/<record:pk>/draft/<str:step>/", steps.draft_step, name="draft_step"),
    path("cases/<record:pk>/seen-as/", seeing.seen_as, name="seen_as"),
    path("cases/<record:pk>/sections/<record:section>/audience/", audience.audience, name="audience"),
    path("cases/<record:pk>/review/", reviewing.review, name="review"),
    path("cases/<record:pk>/review/publish/", reviewing.publish, name="publish"),
    path("cases/<record:pk>/review/return/", reviewing.send_back, name="send_back"),
    path("cases/<record:pk>/versions/", versions.versions, name="versions"),
    path("cases/<record:pk>/versions/<record:first>..<record:second>/", versions.difference, name="difference"),
    path("cases/<record:pk>/history/", versions.history, name="case_history"),
]
CONSENTS: list[URLPattern] = [
    path("cases/<record:pk>/consents/", consents.consents, name="consents"),
    path("cases/<record:pk>/consents/ask/", consents.ask, name="ask_approvals"),
    path("cases/<record:pk>/consents/record/", consents.record, name="record_consent"),
    path("cases/<record:pk>/consents/reopen/", consents.reopen, name="reopen"),
    path("cases/<record:pk>/consents/text/", consents.text, name="consent_text"),
    path("cases/<record:pk>/consents/<record:consent>/withdraw/", consents.withdraw, name="withdraw_consent"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<record:pk>/", approvals.approval, name="approval"),
    path("approvals/<record:pk>/answer/", approvals.answer, name="answer_approval"),
    path("approvals/<record:pk>/withdraw/", approvals.withdraw, name="withdraw_approval"),
]
ASKING: list[URLPattern] = [
    path("cases/<record:pk>/request/", asking.ask, name="request_access"),
    path("case-requests/", asking.my_requests, name="my_requests"),
    path("case-requests/<record:pk>/", answering.case_request, name="case_request"),
    path("case-requests/<record:pk>/withdraw/", asking.withdraw, name="withdraw_request"),
    path("case-requests/<record:pk>/grant/", answering.grant, name="grant_request"),
    path("case-requests/<record:pk>/decline/", answering.decline, name="decline_request"),
    path("case-requests/<record:pk>/revoke/", answering.revoke, name="revoke_request"),
    path("organizations/<record:pk>/case-requests/", answering.case_requests, name="case_requests"),
    path("writing/", writers.writing, name="writing"),
    path("cases/<record:pk>/writers/", writers.writers, name="writers"),
    path("cases/<record:pk>/writers/<record:delegation>/end/", writers.end, name="end_delegation"),
    path("cases/<record:pk>/archive/", keeping.archive, name="archive"),
    path("cases/<record:pk>/restore/", keeping.restore, name="restore"),
    path("cases/<record:pk>/take-down/", keeping.take_down, name="take_down"),
    path("cases/<record:pk>/reinstate/", keeping.reinstate, name="reinstate"),
    path("steward/cases/", keeping.steward_cases, name="steward_cases"),
]
FILES: list[URLPattern] = [
    path("cases/<record:pk>/attachments/", attachments.attachments, name="attachments"),
    path("cases/<record:pk>/attachments/<record:attachment>/", attachments.attachment, name="attachment"),
    path("cases/<record:pk>/attachments/<record:attachment>/describe/", attachments.describe, name="describe_file"),
    path("cases/<record:pk>/attachments/<record:attachment>/remove/", attachments.remove, name="remove_file"),
]
LIFE: list[URLPattern] = [
    path("cases/pick/", picking.pick_case, name="pick_case"),
    path("cases/<record:pk>/life/", life.life, name="life"),
    path("cases/<record:pk>/bookmark/", life.bookmark, name="bookmark"),
    path("cases/<record:pk>/helpful/", life.helpful, name="helpful"),
    path("cases/<record:pk>/reuse/", life.reuse, name="reuse"),
    path("cases/<record:pk>/questions/", questions.ask, name="ask"),
    path("cases/<record:pk>/insights/", insights.note, name="note"),
    path("reuses/<record:pk>/remove/", life.take_back_reuse, name="take_back_reuse"),
    path("bookmarks/", life.bookmarks, name="bookmarks"),
    path("insights/", insights.insights, name="insights"),
    path("insights/<record:pk>/remove/", insights.remove, name="remove_insight"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<record:pk>/answer/", questions.answer, name="answer"),
    path("questions/<record:pk>/open/", questions.open_to_all, name="open_question"),
    path("questions/<record:pk>/close/", questions.close, name="close_question"),
    path("questions/<record:pk>/withdraw/", questions.withdraw, name="withdraw_question"),
]
LOG: list[URLPattern] = [
    path("cases/statistics/", statistics.in_numbers, name="statistics"),
    path("cases/export/", exporting.export_list, name="export_list"),
    path("cases/<record:pk>/export/", exporting.export, name="export"),
    path("cases/<record:pk>/log/", caselog.one_case_log, name="one_case_log"),
    path("cases/<record:pk>/recall/", caselog.recall, name="recall"),
    path("cases/<record:pk>/recall/tell/", caselog.tell, name="tell_recall"),
    path("organizations/<record:pk>/case-log/", caselog.case_log, name="case_log"),
    path("organizations/<record:pk>/case-log/csv/", caselog.case_log_csv, name="case_log_csv"),
]

urlpatterns = [*READING, *WRITING, *CONSENTS, *ASKING, *FILES, *LIFE, *LOG]
