"""Only what has to override pytest-django; all other fixtures come with the plugins of pyproject."""

import os

import pytest
from django.db import connections

from tests.migrated import template


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django makes its database from this template; its own migrating then finds nothing to do."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = template(os.environ["DATABASE_URL"])
