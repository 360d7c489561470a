from django.db import migrations

# What `createcachetable` would write: allauth counts failed sign-ins in Django's cache, and only a cache that all
# processes share counts right. It stands in a table, so that a migrated database is a whole one.
FORWARD = """
create table limits_cache (
    cache_key varchar(255) primary key,
    value text not null,
    expires timestamp with time zone not null
);
create index limits_cache_expires on limits_cache (expires);
"""


class Migration(migrations.Migration):
    """The cache that all processes share."""

    dependencies = [("limits", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, "drop table limits_cache")]
