"""The declared answer of every route to every reader. A new route is added here, with the statuses it must have.

Newer routes stand in `tests/access/areas/`, a file for each room: MATRIX, and where needed PLACES and BODIES.

A line: route, method, object ("-" for a route without one), then one status per reader in the order of the head line.
Objects are named as in the cast; `missing` stands for an id that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.access.addresses import number, organization_of, rating_of
from tests.cast import READERS, World

MATRIX = """
# route                                 method object                  ano str par out col edi fac ofa ste for dor ina tea del
# Doors
home                                    GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
livez                                   GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
readyz                                  GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
# Signing in (allauth)
account_login                           GET    -                       200 302 302 302 302 302 302 302 302 302 302 200 302 302
account_login                           POST   -                       200 302 302 302 302 302 302 302 302 302 302 200 302 302
account_logout                          GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
account_logout                          POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
account_inactive                        GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_signup                          GET    -                       200 302 302 302 302 302 302 302 302 302 302 200 302 302
account_signup                          POST   -                       200 302 302 302 302 302 302 302 302 302 302 200 302 302
account_reauthenticate                  GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
account_reauthenticate                  POST   -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
account_email_verification_sent         GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_change_password                 GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
account_change_password                 POST   -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
account_set_password                    GET    -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
account_set_password                    POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
account_reset_password                  GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password                  POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
account_confirm_email                   GET    missing                 200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_confirm_email                   POST   missing                 404 404 404 404 404 404 404 404 404 404 404 404 404 404
account_reset_password_from_key_done    GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key         GET    missing                 200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_from_key         POST   missing                 200 200 200 200 200 200 200 200 200 200 200 200 200 200
account_reset_password_done             GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
set_language                            GET    -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
set_language                            POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
# network
network:account                         GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
network:account                         POST   -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
network:organizations                   GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
network:organization                    GET    owner                   302 404 200 200 200 200 200 200 200 404 404 302 200 404
network:organization                    GET    partner                 302 404 200 200 200 200 200 200 200 404 404 302 200 404
network:organization                    GET    elsewhere               302 404 200 200 200 200 200 200 200 404 404 302 200 404
network:organization                    GET    closed                  302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:organization                    GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:describe                        GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:describe                        GET    elsewhere               302 404 403 200 403 403 403 403 403 404 404 302 403 404
network:describe                        GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:describe                        GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:describe                        POST   owner                   302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:describe                        POST   elsewhere               302 404 403 302 403 403 403 403 403 404 404 302 403 404
network:describe                        POST   closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:describe                        POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:capacity                        GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:capacity                        GET    elsewhere               302 404 403 200 403 403 403 403 403 404 404 302 403 404
network:capacity                        GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:capacity                        GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:capacity                        POST   owner                   302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:capacity                        POST   elsewhere               302 404 403 302 403 403 403 403 403 404 404 302 403 404
network:capacity                        POST   closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:capacity                        POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:ratings                         GET    owner                   302 404 403 403 403 200 403 403 403 404 404 302 403 404
network:ratings                         GET    elsewhere               302 404 403 200 403 403 403 403 403 404 404 302 403 404
network:ratings                         GET    closed                  302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:ratings                         GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:rating                          POST   owner/pmo               302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:rating                          POST   owner/missing           302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:rating                          POST   elsewhere/pmo           302 404 403 302 403 403 403 403 403 404 404 302 403 404
network:rating                          POST   closed/pmo              302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:rating                          POST   missing/pmo             302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:confirm                         POST   owner/pmo               302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:confirm                         POST   owner/rfp               302 404 403 403 403 409 403 403 403 404 404 302 403 404
network:confirm                         POST   owner/missing           302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:confirm                         POST   elsewhere/pmo           302 404 403 302 403 403 403 403 403 404 404 302 403 404
network:confirm                         POST   closed/pmo              302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:confirm                         POST   missing/pmo             302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:withdraw                        POST   owner/pmo               302 404 403 403 403 302 403 403 403 404 404 302 403 404
network:withdraw                        POST   owner/missing           302 404 403 403 403 404 403 403 403 404 404 302 403 404
network:withdraw                        POST   elsewhere/pmo           302 404 403 302 403 403 403 403 403 404 404 302 403 404
network:withdraw                        POST   closed/pmo              302 404 404 404 404 404 404 404 403 404 404 302 404 404
network:withdraw                        POST   missing/pmo             302 404 404 404 404 404 404 404 404 404 404 302 404 404
# casebook
casebook:recent                         GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
casebook:case                           GET    draft                   404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:case                           GET    network                 404 404 200 200 200 200 200 200 200 404 404 404 200 404
casebook:case                           GET    public                  200 200 200 200 200 200 200 200 200 200 200 200 200 200
casebook:case                           GET    lab                     404 404 200 404 200 200 200 404 404 404 404 404 404 404
casebook:case                           GET    org                     404 404 200 404 200 200 404 404 404 404 404 404 404 404
casebook:case                           GET    user                    404 200 404 404 200 200 404 404 404 404 404 404 404 404
casebook:case                           GET    expired                 404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:case                           GET    lastday                 404 404 200 200 200 200 200 200 200 404 404 404 200 404
casebook:case                           GET    team                    404 404 404 404 200 200 404 404 404 404 404 404 200 404
casebook:case                           GET    embargo                 404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:case                           GET    opensnow                200 200 200 200 200 200 200 200 200 200 200 200 200 200
casebook:case                           GET    archived                404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:case                           GET    takendown               404 404 404 404 200 200 404 404 200 404 404 404 404 404
casebook:case                           GET    withdrawn               404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:case                           GET    lapsed                  404 404 404 404 200 200 404 404 404 404 404 404 404 404
casebook:case                           GET    written                 404 404 404 404 200 200 404 404 404 404 404 404 404 200
casebook:case                           GET    mixed                   200 200 200 200 200 200 200 200 200 200 200 200 200 200
casebook:case                           GET    missing                 404 404 404 404 404 404 404 404 404 404 404 404 404 404
casebook:share                          POST   draft/summary           302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:share                          POST   network/summary         302 404 403 403 403 302 403 403 403 404 404 302 403 404
casebook:share                          POST   public/summary          302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:share                          POST   team/summary            302 404 404 404 403 302 404 404 404 404 404 302 403 404
casebook:share                          POST   archived/summary        302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:share                          POST   withdrawn/summary       302 404 404 404 403 302 404 404 404 404 404 302 404 404
casebook:share                          POST   written/summary         302 404 404 404 403 302 404 404 404 404 404 302 404 403
casebook:share                          POST   mixed/lessons           302 403 403 403 403 302 403 403 403 403 403 302 403 403
casebook:share                          POST   public/missing          302 403 403 403 403 404 403 403 403 403 403 302 403 403
casebook:share                          POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
# matching
matching:needs                          GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
matching:desk                           GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
matching:new_need                       GET    -                       302 403 403 403 403 403 200 200 403 403 403 302 403 403
matching:new_need                       POST   -                       302 403 403 403 403 403 302 422 403 403 403 302 403 403
matching:need                           GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:need                           GET    other_need              302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:need                           GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:edit_need                      GET    need                    302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:edit_need                      GET    other_need              302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:edit_need                      GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:edit_need                      POST   need                    302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:edit_need                      POST   other_need              302 404 404 404 404 404 404 422 404 404 404 302 404 404
matching:edit_need                      POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:propose                        POST   need                    302 404 404 404 404 404 302 404 404 404 404 302 404 404
matching:propose                        POST   other_need              302 404 404 404 404 404 404 302 404 404 404 302 404 404
matching:propose                        POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:proposal                       GET    need/earlier            302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:proposal                       GET    need/latest             302 404 404 404 404 404 200 404 404 404 404 302 404 404
matching:proposal                       GET    need/other              302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:proposal                       GET    need/missing            302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:proposal                       GET    other_need/other        302 404 404 404 404 404 404 200 404 404 404 302 404 404
matching:proposal                       GET    other_need/latest       302 404 404 404 404 404 404 404 404 404 404 302 404 404
matching:proposal                       GET    missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
# search
search:cases                            GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
# API
api-unknown                             GET    -                       404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-schema                              GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-taxonomy                            GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-organization-list                   GET    -                       401 200 200 200 200 200 200 200 200 200 200 401 200 200
api-organization-detail                 GET    owner                   401 404 200 200 200 200 200 200 200 404 404 401 200 404
api-organization-detail                 GET    elsewhere               401 404 200 200 200 200 200 200 200 404 404 401 200 404
api-organization-detail                 GET    closed                  401 404 404 404 404 404 404 404 200 404 404 401 404 404
api-organization-detail                 GET    missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-organization-detail                 PATCH  owner                   401 404 403 403 403 200 403 403 403 404 404 401 403 404
api-organization-detail                 PATCH  elsewhere               401 404 403 200 403 403 403 403 403 404 404 401 403 404
api-organization-detail                 PATCH  closed                  401 404 404 404 404 404 404 404 403 404 404 401 404 404
api-organization-detail                 PATCH  missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-organization-rating                 PUT    owner/pmo               401 404 403 403 403 200 403 403 403 404 404 401 403 404
api-organization-rating                 PUT    owner/missing           401 404 403 403 403 404 403 403 403 404 404 401 403 404
api-organization-rating                 PUT    elsewhere/pmo           401 404 403 200 403 403 403 403 403 404 404 401 403 404
api-organization-rating                 PUT    closed/pmo              401 404 404 404 404 404 404 404 403 404 404 401 404 404
api-organization-rating                 PUT    missing/pmo             401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-organization-rating                 DELETE owner/pmo               401 404 403 403 403 204 403 403 403 404 404 401 403 404
api-organization-rating                 DELETE elsewhere/pmo           401 404 403 204 403 403 403 403 403 404 404 401 403 404
api-organization-rating                 DELETE closed/pmo              401 404 404 404 404 404 404 404 403 404 404 401 404 404
api-organization-rating                 DELETE missing/pmo             401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-search                              GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-case-list                           GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-case-detail                         GET    case-draft              404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-detail                         GET    case-network            404 404 200 200 200 200 200 200 200 404 404 404 200 404
api-case-detail                         GET    case-public             200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-case-detail                         GET    case-lab                404 404 200 404 200 200 200 404 404 404 404 404 404 404
api-case-detail                         GET    case-org                404 404 200 404 200 200 404 404 404 404 404 404 404 404
api-case-detail                         GET    case-user               404 200 404 404 200 200 404 404 404 404 404 404 404 404
api-case-detail                         GET    case-expired            404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-detail                         GET    case-lastday            404 404 200 200 200 200 200 200 200 404 404 404 200 404
api-case-detail                         GET    case-team               404 404 404 404 200 200 404 404 404 404 404 404 200 404
api-case-detail                         GET    case-embargo            404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-detail                         GET    case-opensnow           200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-case-detail                         GET    case-archived           404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-detail                         GET    case-takendown          404 404 404 404 200 200 404 404 200 404 404 404 404 404
api-case-detail                         GET    case-withdrawn          404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-detail                         GET    case-lapsed             404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-detail                         GET    case-written            404 404 404 404 200 200 404 404 404 404 404 404 404 200
api-case-detail                         GET    case-mixed              200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-case-detail                         GET    missing                 404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-case-gif                            GET    case-draft              404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-gif                            GET    case-network            404 404 200 200 200 200 200 200 200 404 404 404 200 404
api-case-gif                            GET    case-public             200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-case-gif                            GET    case-lab                404 404 200 404 200 200 200 404 404 404 404 404 404 404
api-case-gif                            GET    case-org                404 404 200 404 200 200 404 404 404 404 404 404 404 404
api-case-gif                            GET    case-user               404 200 404 404 200 200 404 404 404 404 404 404 404 404
api-case-gif                            GET    case-expired            404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-gif                            GET    case-lastday            404 404 200 200 200 200 200 200 200 404 404 404 200 404
api-case-gif                            GET    case-team               404 404 404 404 200 200 404 404 404 404 404 404 200 404
api-case-gif                            GET    case-embargo            404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-gif                            GET    case-opensnow           200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-case-gif                            GET    case-archived           404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-gif                            GET    case-takendown          404 404 404 404 200 200 404 404 200 404 404 404 404 404
api-case-gif                            GET    case-withdrawn          404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-gif                            GET    case-lapsed             404 404 404 404 200 200 404 404 404 404 404 404 404 404
api-case-gif                            GET    case-written            404 404 404 404 200 200 404 404 404 404 404 404 404 200
api-case-gif                            GET    case-mixed              200 200 200 200 200 200 200 200 200 200 200 200 200 200
api-case-gif                            GET    missing                 404 404 404 404 404 404 404 404 404 404 404 404 404 404
api-case-share                          POST   case-draft/summary      401 404 404 404 403 200 404 404 404 404 404 401 404 404
api-case-share                          POST   case-network/summary    401 404 403 403 403 200 403 403 403 404 404 401 403 404
api-case-share                          POST   case-public/summary     401 403 403 403 403 200 403 403 403 403 403 401 403 403
api-case-share                          POST   case-team/summary       401 404 404 404 403 200 404 404 404 404 404 401 403 404
api-case-share                          POST   case-archived/summary   401 404 404 404 403 200 404 404 404 404 404 401 404 404
api-case-share                          POST   case-withdrawn/summary  401 404 404 404 403 200 404 404 404 404 404 401 404 404
api-case-share                          POST   case-written/summary    401 404 404 404 403 200 404 404 404 404 404 401 404 403
api-case-share                          POST   case-mixed/lessons      401 403 403 403 403 200 403 403 403 403 403 401 403 403
api-case-share                          POST   case-public/missing     401 403 403 403 403 404 403 403 403 403 403 401 403 403
api-case-share                          POST   missing/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-need-list                           GET    -                       401 200 200 200 200 200 200 200 200 200 200 401 200 200
api-need-list                           POST   -                       401 403 403 403 403 403 201 201 403 403 403 401 403 403
api-need-detail                         GET    need                    401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-need-detail                         GET    other_need              401 404 404 404 404 404 404 200 404 404 404 401 404 404
api-need-detail                         GET    missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-need-detail                         PUT    need                    401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-need-detail                         PUT    other_need              401 404 404 404 404 404 404 200 404 404 404 401 404 404
api-need-detail                         PUT    missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-proposal-list                       GET    need                    401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-proposal-list                       GET    other_need              401 404 404 404 404 404 404 200 404 404 404 401 404 404
api-proposal-list                       GET    missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-proposal-list                       POST   need                    401 404 404 404 404 404 201 404 404 404 404 401 404 404
api-proposal-list                       POST   other_need              401 404 404 404 404 404 404 201 404 404 404 401 404 404
api-proposal-list                       POST   missing                 401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-proposal-detail                     GET    need/earlier            401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-proposal-detail                     GET    need/latest             401 404 404 404 404 404 200 404 404 404 404 401 404 404
api-proposal-detail                     GET    need/other              401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-proposal-detail                     GET    need/missing            401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-proposal-detail                     GET    other_need/other        401 404 404 404 404 404 404 200 404 404 404 401 404 404
api-proposal-detail                     GET    other_need/latest       401 404 404 404 404 404 404 404 404 404 404 401 404 404
api-proposal-detail                     GET    missing/missing         401 404 404 404 404 404 404 404 404 404 404 401 404 404
"""


@dataclass(frozen=True)
class Row:
    """One route, method and object, with the status for each reader."""

    route: str
    method: str
    thing: str
    cells: tuple[int, ...]

    @property
    def statuses(self) -> dict[str, int]:
        return dict(zip(READERS, self.cells, strict=True))

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.thing}"


def parsed(text: str) -> list[Row]:
    """The rows of the table; raises ValueError for a line with a status too few or too many."""
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = [Row(route, method, thing, tuple(map(int, cells))) for route, method, thing, *cells in rows]
    for row in found:
        if len(row.cells) != len(READERS):
            raise ValueError(f"{row}: {len(row.cells)} statuses for {len(READERS)} readers")
    return found


AREAS = [
    import_module(f"tests.access.areas.{path.stem}") for path in sorted((Path(__file__).parent / "areas").glob("*.py"))
]
ROWS = [row for text in (MATRIX, *(area.MATRIX for area in AREAS)) for row in parsed(text)]


# --- Addresses and bodies -----------------------------------------------------------------------


def case_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.cases, thing)}


def section_of(world: World, thing: str) -> dict[str, Any]:
    case, kind = thing.split("/")
    sections = {s.kind: s for s in world.cases[case].sections.all()} if case in world.cases else {}
    return {"pk": number(world.cases, case), "section": number(sections, kind)}


def need_of(world: World, thing: str) -> dict[str, Any]:
    return {"pk": number(world.needs, thing)}


def proposal_of(world: World, thing: str) -> dict[str, Any]:
    need, proposal = thing.split("/")
    return {"pk": number(world.needs, need), "proposal": number(world.proposals, proposal)}


def external_id(_world: World, thing: str) -> dict[str, Any]:
    return {"external_id": thing}


def external_rating(_world: World, thing: str) -> dict[str, Any]:
    organization, code = thing.split("/")
    return {"external_id": organization, "code": code}


def external_section(_world: World, thing: str) -> dict[str, Any]:
    case, kind = thing.split("/")
    return {"external_id": case, "kind": kind}


def need_of_list(world: World, thing: str) -> dict[str, Any]:
    return {"need": number(world.needs, thing)}


def proposal_in_api(world: World, thing: str) -> dict[str, Any]:
    need, proposal = thing.split("/")
    return {"need": number(world.needs, need), "pk": number(world.proposals, proposal)}


PLACES: dict[str, Callable[[World, str], dict[str, Any]]] = {
    "account_confirm_email": lambda _world, thing: {"key": thing},
    "account_reset_password_from_key": lambda _world, thing: {"uidb36": "1", "key": thing},
    "network:organization": organization_of,
    "network:describe": organization_of,
    "network:capacity": organization_of,
    "network:ratings": organization_of,
    "network:rating": rating_of,
    "network:confirm": rating_of,
    "network:withdraw": rating_of,
    "casebook:case": case_of,
    "casebook:share": section_of,
    "matching:need": need_of,
    "matching:edit_need": need_of,
    "matching:propose": need_of,
    "matching:proposal": proposal_of,
    "api-organization-detail": external_id,
    "api-organization-rating": external_rating,
    "api-case-detail": external_id,
    "api-case-gif": external_id,
    "api-case-share": external_section,
    "api-need-detail": need_of,
    "api-proposal-list": need_of_list,
    "api-proposal-detail": proposal_in_api,
}
"""How the ids of a route follow from an object's name."""


def need_fields(world: World) -> dict[str, Any]:
    return {
        "action": "save",
        "version": "1",
        "title": "食品工場の在庫",
        "lab": world.labs["shizuoka"].pk,
        "prefecture": "22",
        "max_size": "4",
        "req-TOTAL_FORMS": "1",
        "req-INITIAL_FORMS": "0",
        "req-0-capability": "inventory",
        "req-0-phase": "analysis",
        "req-0-level": "3",
        "req-0-importance": "must",
    }


def need_body(_world: World) -> dict[str, Any]:
    line = {"capability": "inventory", "phase": "analysis", "level": 3, "weight": 1.0, "must": True}
    return {"title": "食品工場の在庫", "client": {"prefecture": "22"}, "requirements": [line]}


BODIES: dict[tuple[str, str], Callable[[World], dict[str, Any]]] = {
    ("set_language", "POST"): lambda _world: {"language": "ja"},
    ("account_reset_password", "POST"): lambda _world: {"email": "nobody@example.jp"},
    ("network:account", "POST"): lambda _world: {"action": "create"},
    ("network:describe", "POST"): lambda _world: {"name": "架空 浜名信用金庫", "version": "1"},
    ("network:capacity", "POST"): lambda _world: {"status": "open", "slots": "2", "version": "1"},
    ("network:rating", "POST"): lambda _world: {"level": "3", "stance": "neutral", "version": "1"},
    ("network:confirm", "POST"): lambda _world: {"version": "1"},
    ("network:withdraw", "POST"): lambda _world: {"version": "1"},
    ("casebook:share", "POST"): lambda _world: {"audience": "draft"},
    ("matching:new_need", "POST"): need_fields,
    ("matching:edit_need", "POST"): need_fields,
    ("api-organization-detail", "PATCH"): lambda _world: {"remote": True},
    ("api-organization-rating", "PUT"): lambda _world: {"level": 2},
    ("api-case-share", "POST"): lambda _world: {"audience": "draft"},
    ("api-need-list", "POST"): need_body,
    ("api-need-detail", "PUT"): need_body,
    ("api-proposal-list", "POST"): lambda _world: {"top": 1},
}
"""What is sent, good enough to be taken from who may send it."""

HEADERS: dict[tuple[str, str], dict[str, str]] = {
    ("api-organization-detail", "PATCH"): {"If-Match": "*"},
    ("api-organization-rating", "PUT"): {"If-Match": "*"},
    ("api-organization-rating", "DELETE"): {"If-Match": "*"},
}
"""What goes with it, where a body is not enough."""


for _area in AREAS:
    PLACES |= getattr(_area, "PLACES", {})
    BODIES |= getattr(_area, "BODIES", {})


def kwargs_of(world: World, row: Row) -> dict[str, Any]:
    return PLACES[row.route](world, row.thing) if row.thing != "-" else {}


def body_of(world: World, row: Row) -> dict[str, Any] | None:
    make = BODIES.get((row.route, row.method))
    return make(world) if make else {} if row.method != "GET" else None
