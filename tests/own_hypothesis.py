"""A pytest plugin (see pyproject): how hypothesis looks for counterexamples here.

No deadline, as a busy machine is no bug; the same examples in every run of `make test`, so that a green commit stays
green; new ones every time under `make soak` (HYPOTHESIS_PROFILE=soak).
"""

import os

from hypothesis import HealthCheck, settings

SLOW_IS_NO_BUG = [HealthCheck.too_slow]

settings.register_profile(
    "test", deadline=None, derandomize=True, print_blob=True, suppress_health_check=SLOW_IS_NO_BUG
)
settings.register_profile("soak", deadline=None, print_blob=True, suppress_health_check=SLOW_IS_NO_BUG)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))
