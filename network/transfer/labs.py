"""Writes labs and their areas."""

from network.models import Lab, LabArea
from network.transfer.counts import Tally
from network.transfer.known import Known
from network.transfer.reading import Line
from network.transfer.writing import Children, Values, save_all, set_fields

FIELDS = ("prefecture", "bureau", "round", "selected_on")


def write_labs(lines: list[Line], known: Known) -> Tally:
    """Creates or updates the labs that the lines name."""
    tally = Tally()
    present = Lab.objects.in_bulk([line.fields["name"] for line in lines], field_name="name")
    areas = lab_areas()
    areas.load([lab.pk for lab in present.values()])
    created: list[Lab] = []
    changed: list[Lab] = []
    for line in lines:
        old = present.get(line.fields["name"])
        record = old or Lab(name=line.fields["name"])
        differs = bool(set_fields(record, {name: line.fields[name] for name in FIELDS if name in line.fields}))
        if "areas" in line.fields:
            differs |= areas.replace(record, area_rows(line.fields["areas"]))
        tally.count(created=old is None, changed=differs)
        if old is None or differs:
            (created if old is None else changed).append(record)
    save_all(Lab, created=created, changed=changed, fields=set(FIELDS))
    areas.flush()
    known.labs |= {record.name: record.pk for record in created}
    return tally


def lab_areas() -> Children:
    return Children(LabArea, owner="lab_id", key=("prefecture", "municipality_id"))


def area_rows(codes: list[str]) -> dict[tuple[str, str | None], Values]:
    """Keys of area rows: a two-digit code is a whole prefecture, a five-digit one a municipality."""
    return {(code[:2], code if len(code) == 5 else None): () for code in codes}
