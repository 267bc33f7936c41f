import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_history")]
    operations = [
        migrations.CreateModel(
            name="FailedSignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=64)),
                ("known", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "at"], name="failed_by_account"),
                    models.Index(fields=["source", "at"], name="failed_by_source"),
                    models.Index(fields=["at"], name="failed_by_time"),
                ],
            },
        ),
    ]
