from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("elements", "0002_upload_receipts")]

    operations = [
        migrations.RenameModel("UploadReceipt", "IdempotencyRecord"),
        migrations.AlterModelTable("IdempotencyRecord", "idempotency_records"),
    ]
