import apps.users.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0003_add_session'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='user',
            index=models.Index(apps.users.models.LookAlike('display_name'), name='users_look_alike_name'),
        ),
    ]
