"""`make demo`: the whole house on this machine, the main job once in front of your eyes, then it serves."""

import argparse
import json
import os
import shutil
import socket
import sys
import urllib.error
import urllib.request
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg

from demo.postgres import PostgresServer
from demo.supervisor import ProcessEnded, Stopped, Supervisor
from demo.unprivileged import NoPostgres

if TYPE_CHECKING:  # Django's models can be imported only once the settings know the database.
    from demo.house import DemoHouse

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("MASTHEAD_VAR", ROOT / "var"))
APP = "masthead_app"
WEBHOOK_SECRET = "whsec_demo_only_not_a_secret"


def main() -> int:
    arguments = options().parse_args()
    try:
        return run(once=arguments.once, readers=arguments.readers)
    except Stopped:
        print("\nStopped; nothing is left running.")
        return 0
    except (NoPostgres, ProcessEnded) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the story: 0 if all went well")
    parser.add_argument("--readers", type=int, default=300, help="how many invented readers to load")
    return parser


def run(*, once: bool, readers: int) -> int:
    for folder in ("files", "mail", "broker", "log", "static"):
        shutil.rmtree(VAR / folder, ignore_errors=True)
    # The web finds its styles in the apps; whitenoise only wants to see the folder for collected ones.
    (VAR / "static").mkdir(parents=True, exist_ok=True)
    with Supervisor(logs=VAR / "log", say=say) as supervisor:
        say("Starting PostgreSQL ...")
        url = fresh_database(supervisor.keep_postgres(PostgresServer(VAR / "postgres", durable=True)))
        web_port, stripe_port = free_port(8000), free_port(8100)
        # Stripe by the name in the addresses of its checkout pages: the pages' policy lets forms go only there.
        base_url, stripe_url = f"http://localhost:{web_port}", f"http://127.0.0.1:{stripe_port}"
        os.environ.update(environment(url=url, base_url=base_url, stripe_url=stripe_url))
        say("Starting the Stripe stand-in, web and worker ...")
        start_processes(supervisor, web_port=web_port, stripe_port=stripe_port)
        house = prepare(readers)
        start_beat(supervisor)
        # They have had all the time of the migrations to get ready in.
        supervisor.wait_until_ready("standin", lambda: answers(f"{stripe_url}/_control/stats"))
        supervisor.wait_until_ready("web", lambda: answers(f"{base_url}/livez"))
        tell(house, base_url=base_url, stripe_url=stripe_url)
        if not once:
            say("\nServing. Ctrl-C ends everything.")
            supervisor.serve()
    return 0


def environment(*, url: str, base_url: str, stripe_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MASTHEAD_ENV": "demo",
        "MASTHEAD_VAR": str(VAR),
        "PUBLIC_URL": base_url,
        "STRIPE_API_BASE": stripe_url,
        "STRIPE_API_KEY": "sk_test_demo",
        "STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
        "CLOCK_CAN_BE_MOVED": "1",
        "EMAIL_BACKEND": "foundation.mail.backends.FolderBackend",
        "DEFAULT_FROM_EMAIL": "The Lantern <care@lantern.example>",
        "CELERY_BROKER_URL": "filesystem://localhost/",
        "MAIL_BOUNCE_TOKEN": "demo-bounce-token",
        "CELERY_SKIP_CHECKS": "1",  # `prepare` makes them, once for all of us
    }


def fresh_database(url: str) -> str:
    """An empty database for this demo; what an earlier one left is dropped."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop database if exists masthead_demo with (force)")
        connection.execute("create database masthead_demo")
    return urlsplit(url)._replace(path="/masthead_demo").geturl()


def prepare(readers: int) -> "DemoHouse":
    """Migrate and furnish, in this process, which owns the database; from then on it may no more than the others."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from demo.house import furnish
    from demo.people import move_in

    say("Building the database ...")
    call_command("migrate", verbosity=0)
    house = furnish()
    say(f"Moving in {readers:,} invented readers ...")
    move_in(magazine=house.magazine, readers=readers)
    call_command("grant_roles", stdout=StringIO())
    connection.close()
    connection.settings_dict["OPTIONS"]["assume_role"] = APP
    return house


def start_processes(supervisor: Supervisor, *, web_port: int, stripe_port: int) -> None:
    """Web and worker need the tables, and the role they act as, only once somebody asks them for something."""
    python = sys.executable
    webhook = f"http://127.0.0.1:{web_port}/api/v1/stripe/webhook/"
    supervisor.start(
        "standin",
        [python, "-m", "demo.stripe_standin", "--port", str(stripe_port), "--webhook-url", webhook,
         "--webhook-secret", WEBHOOK_SECRET, "--merchant", "The Lantern"],
        cwd=ROOT,
    )  # fmt: skip
    supervisor.start(
        "web",
        [python, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{web_port}", "--workers", "1", "--threads", "8",
         "--worker-tmp-dir", str(VAR), "--no-control-socket"],
        cwd=ROOT,
        env=as_the_app(),
    )  # fmt: skip
    supervisor.start(
        "worker",
        [python, "-m", "celery", "-A", "config", "--quiet", "worker", "--queues", "money,mail,runs",
         "--concurrency", "3", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
        cwd=ROOT,
        env=as_the_app(),
    )  # fmt: skip


def start_beat(supervisor: Supervisor) -> None:
    """Once the tables are there, as from now on tasks go over them."""
    supervisor.start(
        "beat",
        [sys.executable, "-m", "celery", "-A", "config", "--quiet", "beat", "--loglevel", "WARNING",
         "--schedule", str(VAR / "beat-schedule"), "--pidfile="],
        cwd=ROOT,
        env=as_the_app(),
    )  # fmt: skip


def as_the_app() -> dict[str, str]:
    """Our surroundings, but signed in as whoever may add to the books and change nothing in them (decision 0010)."""
    url = os.environ["DATABASE_URL"]
    return {**os.environ, "DATABASE_URL": f"{url}{'&' if urlsplit(url).query else '?'}assume_role={APP}"}


def tell(house: "DemoHouse", *, base_url: str, stripe_url: str) -> None:
    """The story, and what it leaves: var/demo.json and a page of addresses and logins."""
    from demo.story import Story

    say("")
    told = Story(house=house, base_url=base_url, stripe_url=stripe_url, files=VAR / "files", say=say).tell()
    facts = {"base_url": base_url, "stripe_base_url": stripe_url, "users": house.users(), **asdict(told)}
    target = VAR / "demo.json"
    target.touch(mode=0o600)
    target.write_text(json.dumps(facts, indent=2))
    say(f"""
Label file   {told.label_file}
Manifest     {told.manifest_file}
Reports      {base_url}/desk/revenue/
Readers      {base_url}/lantern/
Desk         {base_url}/desk/
API          {base_url}/api/docs/
Mail sent    {base_url}/demo/mail/""")
    say("\nStaff (made for this demo only; the second factor is the current code of the secret):")
    for role, login in house.logins.items():
        if role != "website":
            say(f"  {role:12} {login.email:29} {login.password:20} {login.totp_secret}")
    say(f"\nAll of this, with API tokens, is in {target}.")


def free_port(wanted: int) -> int:
    """`wanted`, or any free port when it is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ProcessEnded("There is no free port on this machine.")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  (our own loopback address)
            return True
    except (urllib.error.URLError, OSError):
        return False


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
