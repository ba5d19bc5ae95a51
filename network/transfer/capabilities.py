"""Writes the custom branch of the taxonomy."""

from network.models import Capability
from network.transfer.counts import Tally
from network.transfer.known import Known
from network.transfer.reading import Line
from network.transfer.writing import save_all, set_fields

FIELDS = ("name_ja", "name_en", "definition", "definition_en", "phases", "synonyms")


def write_capabilities(lines: list[Line], known: Known) -> Tally:
    """Creates or updates the custom capabilities that the lines name."""
    tally = Tally()
    present = Capability.objects.in_bulk([line.fields["code"] for line in lines], field_name="code")
    created, changed = [], []
    for line in lines:
        old = present.get(line.fields["code"])
        record = old or Capability(code=line.fields["code"], is_custom=True)
        differs = set_fields(record, {name: line.fields[name] for name in FIELDS if name in line.fields})
        tally.count(created=old is None, changed=bool(differs))
        if old is None:
            created.append(record)
        elif differs:
            changed.append(record)
    save_all(Capability, created=created, changed=changed, fields=set(FIELDS))
    known.capabilities |= {record.code: record.pk for record in created}
    return tally
