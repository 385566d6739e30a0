import apps.users.models
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of letters that look alike has become longer, and the index contains it."""

    dependencies = [
        ('users', '0004_index_look_alike_names'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='user', name='users_look_alike_name'),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(apps.users.models.LookAlike('display_name'), name='users_look_alike_name'),
        ),
    ]
