from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0004_pages_records'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='paired',
            field=models.PositiveIntegerField(default=0, verbose_name='隣り合う語の組の数'),
        ),
        migrations.RemoveConstraint(
            model_name='posting',
            name='posting_once',
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.UniqueConstraint(fields=('term', 'document', 'frequency'), name='posting_once_covering'),
        ),
    ]
