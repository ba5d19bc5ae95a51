from django.db import migrations
from django.db.models import F, Max, OuterRef, Subquery


def fill(apps, schema_editor):
    """What follows from rows that are older than these columns: when somebody last confirmed, and the first version
    of the registry, so that whoever reads only what is newer than 0 reads them too."""
    using = schema_editor.connection.alias
    rows = {name: apps.get_model('network', name)._base_manager.using(using) for name in ('Organization', 'Rating')}
    told = rows['Rating'].exclude(stance='weakness')  # the date stands on every list: a weakness must not move it
    newest = told.filter(organization=OuterRef('pk')).order_by().values('organization')
    newest = newest.annotate(at=Max('confirmed_at')).values('at')
    rows['Organization'].filter(last_confirmed_at=None).update(last_confirmed_at=Subquery(newest))
    if not rows['Organization'].filter(registry_version=0).exists():
        return
    counter = apps.get_model('network', 'RegistryVersion')._base_manager.using(using)
    counter.get_or_create(pk=1)
    counter.filter(pk=1).update(version=F('version') + 1)
    rows['Organization'].filter(registry_version=0).update(registry_version=counter.get(pk=1).version)


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0002_registry'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
