"""Coming in, going out, second factors: who may ask whom in, and what a signed-in person finds of the own account."""

from typing import Any

from network.models import Municipality
from tests.access.addresses import MISSING, number, organization_of
from tests.cast import SECRET_OF_INVITATION, World

MATRIX = """
# Taking up an invitation: whoever knows the secret, except with another person's account
network:join                            GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
network:join                            POST   -                       302 403 403 403 403 403 403 403 403 403 403 302 403 403
network:join_confirm                    GET    -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
network:join_confirm                    POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
# Registration by an organization itself
network:apply                           GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
network:apply                           POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
network:applied                         GET    -                       200 200 200 200 200 200 200 200 200 200 200 200 200 200
network:applications                    GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:application                     GET    open                    302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:application                     GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:application_approve             POST   open                    302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:application_approve             POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:application_decline             POST   open                    302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:application_decline             POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# The stewards' desk
network:people                          GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:person                          POST   outsider/deactivate     302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:person                          POST   inactive/reactivate     302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:person                          POST   outsider/make_steward   302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:person                          POST   steward/dismiss_steward 302 404 404 404 404 404 404 404 422 404 404 302 404 404
network:person                          POST   steward/deactivate      302 404 404 404 404 404 404 404 422 404 404 302 404 404
network:person                          POST   outsider/missing        302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:person                          POST   missing/deactivate      302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:letters                         GET    -                       302 404 404 404 404 404 404 404 200 404 404 302 404 404
network:letter                          POST   failing                 302 404 404 404 404 404 404 404 302 404 404 302 404 404
network:letter                          POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Members and invitations: told inside only
network:members                         GET    owner                   302 404 404 404 200 200 404 404 404 404 404 302 404 404
network:members                         GET    partner                 302 404 200 404 404 404 404 404 404 404 404 302 404 404
network:members                         GET    elsewhere               302 404 404 200 404 404 404 404 404 404 404 302 404 404
network:members                         GET    closed                  302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:members                         GET    missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:invite                          POST   owner                   302 404 404 404 403 302 404 404 404 404 404 302 404 404
network:invite                          POST   elsewhere               302 404 404 302 404 404 404 404 404 404 404 302 404 404
network:invite                          POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:leave                           POST   owner                   302 404 404 404 302 422 404 404 404 404 404 302 404 404
network:leave                           POST   partner                 302 404 302 404 404 404 404 404 404 404 404 302 404 404
network:leave                           POST   closed                  302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:leave                           POST   missing                 302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:member_role                     POST   owner/colleague         302 404 404 404 403 302 404 404 404 404 404 302 404 404
network:member_role                     POST   owner/outsider          302 404 404 404 403 404 404 404 404 404 404 302 404 404
network:member_role                     POST   elsewhere/outsider      302 404 404 302 404 404 404 404 404 404 404 302 404 404
network:member_role                     POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:member_remove                   POST   owner/colleague         302 404 404 404 403 302 404 404 404 404 404 302 404 404
network:member_remove                   POST   owner/editor            302 404 404 404 403 422 404 404 404 404 404 302 404 404
network:member_remove                   POST   owner/outsider          302 404 404 404 403 404 404 404 404 404 404 302 404 404
network:member_remove                   POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:invitation_resend               POST   owner/open              302 404 404 404 403 302 404 404 404 404 404 302 404 404
network:invitation_resend               POST   owner/missing           302 404 404 404 403 404 404 404 404 404 404 302 404 404
network:invitation_resend               POST   elsewhere/open          302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:invitation_resend               POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:invitation_revoke               POST   owner/open              302 404 404 404 403 302 404 404 404 404 404 302 404 404
network:invitation_revoke               POST   owner/missing           302 404 404 404 403 404 404 404 404 404 404 302 404 404
network:invitation_revoke               POST   elsewhere/open          302 404 404 404 404 404 404 404 404 404 404 302 404 404
network:invitation_revoke               POST   missing/missing         302 404 404 404 404 404 404 404 404 404 404 302 404 404
# Second factors and sessions (allauth): one's own; before a change, the password again (302)
mfa_index                               GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
mfa_authenticate                        GET    -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_authenticate                        POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_reauthenticate                      GET    -                       302 302 302 302 302 302 302 302 200 302 302 302 302 302
mfa_reauthenticate                      POST   -                       302 302 302 302 302 302 302 302 200 302 302 302 302 302
mfa_reauthenticate_webauthn             GET    -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_reauthenticate_webauthn             POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_activate_totp                       GET    -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_activate_totp                       POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_deactivate_totp                     GET    -                       302 404 404 404 404 404 404 404 302 404 404 302 404 404
mfa_deactivate_totp                     POST   -                       302 404 404 404 404 404 404 404 302 404 404 302 404 404
mfa_view_recovery_codes                 GET    -                       302 404 404 404 404 404 404 404 404 404 404 302 404 404
mfa_download_recovery_codes             GET    -                       302 404 404 404 404 404 404 404 404 404 404 302 404 404
mfa_generate_recovery_codes             GET    -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_generate_recovery_codes             POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_list_webauthn                       GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
mfa_add_webauthn                        GET    -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_add_webauthn                        POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_edit_webauthn                       GET    missing                 302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_edit_webauthn                       POST   missing                 302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_remove_webauthn                     GET    missing                 302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_remove_webauthn                     POST   missing                 302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_login_webauthn                      GET    -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
mfa_login_webauthn                      POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
usersessions_list                       GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
usersessions_list                       POST   -                       302 302 302 302 302 302 302 302 302 302 302 302 302 302
"""


def person_of(world: World, thing: str) -> dict[str, Any]:
    organization, person = thing.split("/")
    return {"pk": number(world.organizations, organization), "person": number(world.people, person)}


def invitation_of(world: World, thing: str) -> dict[str, Any]:
    organization, name = thing.split("/")
    known = {"open": world.invitation}
    return {"pk": number(world.organizations, organization), "invitation": number(known, name)}


def deed_of(world: World, thing: str) -> dict[str, Any]:
    person, deed = thing.split("/")
    return {"pk": number(world.people, person), "deed": deed}


PLACES = {
    "network:application": lambda world, thing: {"pk": number({"open": world.application}, thing)},
    "network:application_approve": lambda world, thing: {"pk": number({"open": world.application}, thing)},
    "network:application_decline": lambda world, thing: {"pk": number({"open": world.application}, thing)},
    "network:person": deed_of,
    "network:letter": lambda world, thing: {"pk": number({"failing": world.letter}, thing)},
    "network:members": organization_of,
    "network:invite": organization_of,
    "network:leave": organization_of,
    "network:member_role": person_of,
    "network:member_remove": person_of,
    "network:invitation_resend": invitation_of,
    "network:invitation_revoke": invitation_of,
    "mfa_edit_webauthn": lambda _world, _thing: {"pk": MISSING},
    "mfa_remove_webauthn": lambda _world, _thing: {"pk": MISSING},
}


def application_fields(_world: World) -> dict[str, Any]:
    return {
        "name": "架空 天竜川商工会",
        "kind": "chamber_of_commerce",
        "prefecture": "22",
        "place": Municipality.objects.get(code="22130").name,
        "has_ties": "no",
        "applicant_name": "架空 花子",
        "applicant_email": "hanako@example.jp",
    }


BODIES = {
    ("network:join", "POST"): lambda _world: {"code": SECRET_OF_INVITATION},
    ("network:apply", "POST"): application_fields,
    ("network:application_decline", "POST"): lambda _world: {"reason": "対象の外です。"},
    ("network:invite", "POST"): lambda _world: {"email": "new@example.jp", "role": "member"},
    ("network:member_role", "POST"): lambda _world: {"role": "editor"},
}
