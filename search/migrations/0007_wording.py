from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0006_synonym'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='wording',
            field=models.CharField(blank=True, default='', max_length=32, verbose_name='使われた辞書のことば'),
        ),
    ]
