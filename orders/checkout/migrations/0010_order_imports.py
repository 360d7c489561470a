import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_gift_tiers"),
        ("checkout", "0009_concessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("batch", models.CharField(max_length=30)),
                ("file_name", models.CharField(max_length=120)),
                ("file_sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "being checked"),
                            ("faulty", "has errors"),
                            ("ready", "ready to take"),
                            ("taking", "being taken"),
                            ("taken", "Taken"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="checking",
                        max_length=9,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                ("rows", models.PositiveIntegerField()),
                ("rows_checked", models.PositiveIntegerField(default=0)),
                ("faulty_rows", models.PositiveIntegerField(default=0)),
                ("warned_rows", models.PositiveIntegerField(default=0)),
                ("total_cents", models.PositiveBigIntegerField(default=0)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("standing", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("created_by", models.CharField(max_length=40)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("taken_by", models.CharField(blank=True, max_length=40)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "magazine",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.magazine"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StagedOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line_number", models.PositiveIntegerField()),
                ("reference", models.CharField(blank=True, max_length=40)),
                ("cells", models.JSONField()),
                ("problems", models.JSONField(null=True)),
                ("warnings", models.JSONField(default=list)),
                ("total_cents", models.PositiveBigIntegerField(default=0)),
                ("made", models.JSONField(null=True)),
                ("body_sha256", models.CharField(blank=True, max_length=64)),
                ("reader_to_be", models.BigIntegerField(null=True)),
                ("address_to_be", models.BigIntegerField(null=True)),
                ("order_to_be", models.BigIntegerField(null=True)),
                (
                    "order_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="staged", to="checkout.orderimport"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="orderimport",
            index=models.Index(
                condition=models.Q(("state__in", ["checking", "taking"])), fields=["id"], name="import_at_work"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["ready", "taking", "taken"]), _negated=True),
                    ("faulty_rows", 0),
                    _connector="OR",
                ),
                name="no_import_is_taken_with_errors",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["ready", "faulty", "taking", "taken"]), _negated=True),
                    ("rows_checked", models.F("rows")),
                    _connector="OR",
                ),
                name="an_import_is_checked_to_its_end",
            ),
        ),
        migrations.AddIndex(
            model_name="stagedorder",
            index=models.Index(fields=["order_import", "reference"], name="staged_reference"),
        ),
        migrations.AddConstraint(
            model_name="stagedorder",
            constraint=models.UniqueConstraint(fields=("order_import", "line_number"), name="a_line_is_staged_once"),
        ),
        migrations.AddConstraint(
            model_name="stagedorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("made__isnull", True), ("problems", []), _connector="OR"),
                name="only_a_good_line_is_made_into_an_order",
            ),
        ),
        # A line is read some times within a second and then deleted: compressing it would only cost.
        migrations.RunSQL(
            "alter table checkout_stagedorder set (toast_tuple_target = 8160)",
            "alter table checkout_stagedorder reset (toast_tuple_target)",
        ),
    ]
