"""Ends with 0 when the web process in this container answers `/livez`. The image's HEALTHCHECK runs it."""

import os
import sys
import urllib.error
import urllib.request

PORT = os.environ.get("HEALTHCHECK_PORT", "8000")


def main() -> int:
    # Django refuses hosts that it does not know, this machine's own name too.
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().removeprefix(".")
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/livez", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310  (our own loopback address)
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
