import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DiscussionMail',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('thread', models.CharField(max_length=64)),
                ('subscription_link', models.TextField()),
                ('sent_at', models.DateTimeField(db_index=True)),
                ('waiting', models.JSONField(default=list)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'discussion_mails',
                'constraints': [models.UniqueConstraint(fields=('recipient', 'thread'), name='discussion_mails_one_each')],
            },
        ),
    ]
