from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planet", "0001_initial"), ("users", "0002_names_alike")]

    operations = [
        migrations.CreateModel(
            name="ImportedAuthor",
            fields=[
                ("uid", models.BigIntegerField(primary_key=True, serialize=False)),
                ("user_id", models.BigIntegerField(unique=True)),
            ],
        ),
        # Until now, imports made accounts without an email address, and everyone else had to give one.
        migrations.RunSQL(
            "INSERT INTO planet_importedauthor (uid, user_id) SELECT id, id FROM users_user WHERE email IS NULL",
            migrations.RunSQL.noop,
        ),
    ]
