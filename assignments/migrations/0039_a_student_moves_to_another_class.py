
import destalin_site.common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_audit_write_once'),
        ('assignments', '0038_pictures_of_paper_are_write_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClassMove',
            fields=[
                ('id', models.UUIDField(default=destalin_site.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('copies', models.JSONField(default=list, verbose_name='texts brought along')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('from_classroom', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves_away', to='accounts.classroom', verbose_name='from')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='class_moves', to=settings.AUTH_USER_MODEL, verbose_name='student')),
                ('to_classroom', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves_here', to='accounts.classroom', verbose_name='to')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='assignments.classmove', verbose_name='takes back')),
            ],
            options={
                'verbose_name': 'move to another class',
                'verbose_name_plural': 'moves to another class',
                'ordering': ['student_id', 'id'],
            },
        ),
    ]
