"""What the demo's partners confirm of each other, as their editors would on the profile pages."""

from network import actions
from network.models import Capability, Organization, User

WORDS: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("bank@example.jp", "demo-hamana-shinkin"): {
        "demo-tenryu-systems": ("system_development", "system_operation", "inventory", "data_migration"),
        "demo-mikawa-soft": ("system_development", "system_operation", "inventory", "order_processing"),
        "demo-itc-enshu": ("process_review", "business_requirements", "rfp"),
    },
    ("editor@example.jp", "demo-tenryu-systems"): {
        "demo-hamana-shinkin": ("pmo", "vendor_selection"),
        "demo-itc-enshu": ("business_requirements", "order_processing"),
    },
}
"""By the person and the organization in whose name they speak: of whom, and of what. All have worked together."""


def vouch_for_each_other() -> None:
    """Leaves the evidence of `WORDS`; needs the demo's network."""
    capabilities = {capability.code: capability for capability in Capability.objects.all()}
    organizations = {organization.external_id: organization for organization in Organization.objects.all()}
    for (email, partner), said in WORDS.items():
        by = User.objects.get(email=email)
        for organization, codes in said.items():
            for code in codes:
                actions.vouch(
                    organizations[organization],
                    capability=capabilities[code],
                    partner=organizations[partner],
                    by=by,
                )
