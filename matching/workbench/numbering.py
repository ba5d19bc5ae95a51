"""Numbers of what is done at a workbench: one after the other without a gap, whoever acts at the same time."""

from typing import Any

from matching.models import BenchEvent, Need, Variant, Workbench
from matching.vocabulary import BenchDeed
from matching.workbench.groups import group_of_workbench
from network.hints import hint_later
from network.models import User


def held(need: Need) -> Workbench:
    """The need's workbench, made at the first deed, held until the transaction ends: who else acts there waits."""
    Workbench.objects.get_or_create(need=need)
    return Workbench.objects.select_for_update(no_key=True).get(need=need)


def note(bench: Workbench, deed: BenchDeed, variant: Variant, *, by: User, **facts: Any) -> BenchEvent:
    """Write down what was done with the variant; `bench` comes from `held` in the same transaction. Open pages are
    told of the number when it is saved."""
    bench.last_seq += 1
    bench.save(update_fields=["last_seq", "last_number"])
    event = BenchEvent.objects.create(
        workbench=bench,
        seq=bench.last_seq,
        deed=deed,
        variant=variant if variant.pk else None,
        version=variant.version,
        facts={"number": variant.number, **facts},
        by=by,
        by_name=by.called,
    )
    hint_later([group_of_workbench(bench.need_id)], {"type": "news", "seq": bench.last_seq})
    return event
