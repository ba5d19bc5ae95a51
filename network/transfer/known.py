"""What a file may refer to: the ids that the database holds now."""

from dataclasses import dataclass, field

from network.models import Capability, Lab, Municipality, Organization, User


@dataclass
class Known:
    """Primary keys by the names that files use. Writers add what they create."""

    municipalities: dict[str, str] = field(default_factory=dict)
    """Prefecture by municipality code, retired codes included."""
    capabilities: dict[str, int] = field(default_factory=dict)
    labs: dict[str, int] = field(default_factory=dict)
    organizations: dict[str, int] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    """Ids of records that went into another one, with the id of that one."""
    users: dict[str, int] = field(default_factory=dict)
    """By e-mail address in lower case."""

    @classmethod
    def load(cls) -> "Known":
        return cls(
            municipalities=dict(Municipality.objects.values_list("code", "prefecture")),
            capabilities=dict(Capability.objects.values_list("code", "pk")),
            labs=dict(Lab.objects.values_list("name", "pk")),
            organizations=dict(Organization.objects.values_list("external_id", "pk")),
            merged=dict(
                Organization.objects.exclude(merged_into=None).values_list("external_id", "merged_into__external_id")
            ),
            users={email.lower(): pk for email, pk in User.objects.values_list("email", "pk")},
        )
