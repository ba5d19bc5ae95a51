from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_filling'),
        ('casebook', '0006_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='Touched',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case_id', models.BigIntegerField(null=True)),
                ('transaction', models.BigIntegerField(db_index=True, default=0)),
                ('at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': '変更の跡',
            },
        ),
        migrations.AddField(
            model_name='filling',
            name='moving',
            field=models.DateTimeField(null=True, verbose_name='入れ替えの期限'),
        ),
        migrations.AddField(
            model_name='outbox',
            name='refill',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='outbox',
            name='refused',
            field=models.PositiveIntegerField(default=0, verbose_name='拒まれた回数'),
        ),
        migrations.AddField(
            model_name='outbox',
            name='problem',
            field=models.CharField(blank=True, max_length=500, verbose_name='理由'),
        ),
        migrations.AddField(
            model_name='outbox',
            name='dead_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='あきらめた時刻'),
        ),
    ]
