"""The questions that the list of organizations asks of tables that grow with the registry."""

from typing import Any

from django.db.models import QuerySet

from network.finding.reading import AT_ONCE
from network.models import Organization, Rating, ServiceArea


def main_queries() -> dict[str, QuerySet[Any]]:
    """By name; those that read the whole registry once, when a process starts, are not among them."""
    page = list(Organization.objects.filter(is_active=True).order_by("-pk").values_list("pk", flat=True)[:24])
    changed = page[: min(3, AT_ONCE)]
    newest = Organization.objects.order_by("-registry_version").values_list("registry_version", flat=True).first() or 0
    return {
        "changed since": Organization.objects.filter(registry_version__gt=newest).order_by().values_list("pk"),
        "organizations of a page": Organization.objects.filter(is_active=True, pk__in=page),
        "ratings of a page": Rating.objects.filter(organization__in=page).order_by(),
        "ratings of changed ones": Rating.objects.filter(organization__in=changed, level__gte=1).order_by(),
        "areas of changed ones": ServiceArea.objects.filter(organization__in=changed).order_by(),
    }
