"""A pytest plugin (see pyproject): which tests go to which worker of xdist (`-n`).

Most go one by one to whoever is free. What must not run beside itself stays together, and so does what shares a costly
beginning, or each worker would make one of its own; and as xdist hands out the largest units first, the long stories
do not come last, with one worker idle.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "tests/demo/test_postgres.py": "keepers of PostgreSQL",
    # Roles belong to the whole server: what one worker drops, the other has granted something to.
    "tests/orders/ledger/test_grant_roles.py": "roles of the server",
    "tests/stories/test_killed_anywhere.py": "killed anywhere",
    "tests/stories/test_two_workers.py": "long stories",
    "tests/stories/test_webhook_storm.py": "long stories",
    "tests/stories/test_demo.py": "long stories",
}


class LongestFirst(LoadScopeScheduling):  # type: ignore[misc]  # xdist comes without types
    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LongestFirst:
    return LongestFirst(config, log)
