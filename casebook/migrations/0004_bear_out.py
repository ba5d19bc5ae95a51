from datetime import date

from django.db import migrations
from django.db.models import Q
from django.utils import timezone

AT_ONCE = 500


def bear_out(apps, schema_editor):
    """What cases bear out that are older than the registry's evidence. Later changes of a case see to it themselves
    (casebook.bearing): the same rule, as it stood when this was written."""
    using = schema_editor.connection.alias
    rows = lambda app, name: apps.get_model(app, name)._base_manager.using(using)
    told = _told(rows('casebook', 'Grant'), timezone.localdate())
    cases = rows('casebook', 'Case').exclude(outcome='failure').order_by('pk')
    keys = [pk for pk in cases.values_list('pk', flat=True) if pk in told]
    for start in range(0, len(keys), AT_ONCE):
        some = cases.filter(pk__in=keys[start:start + AT_ONCE]).prefetch_related('participants', 'capabilities')
        new = [piece for case in some for piece in _pieces(apps.get_model('network', 'Evidence'), case, told[case.pk])]
        rows('network', 'Evidence').bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)


def _told(grants, today):
    """By case whose 支援体制 the whole network may read: through which day (None: no end)."""
    found = {}
    open_to_all = grants.filter(section__kind='team', key__in=['network', 'public'])
    open_to_all = open_to_all.filter(Q(until__isnull=True) | Q(until__gte=today))
    for case, until in open_to_all.values_list('section__case_id', 'until'):
        earlier = found.get(case, until)
        found[case] = max(earlier, until) if earlier and until else None
    return found


def _pieces(evidence, case, until):
    organizations = {case.owner_id, *(participant.organization_id for participant in case.participants.all())}
    ended = date(case.year, 12, 31) if case.year else timezone.localdate(case.created_at)
    for organization in sorted(organizations):
        for capability in case.capabilities.all():
            yield evidence(
                kind='case',
                reference=case.external_id,
                organization_id=organization,
                capability_id=capability.pk,
                on=case.published or ended,
                until=until,
            )


class Migration(migrations.Migration):

    dependencies = [
        ('casebook', '0003_case_order'),
        ('network', '0003_fill_registry'),
    ]

    operations = [
        migrations.RunPython(bear_out, migrations.RunPython.noop),
    ]
