"""The production shape without Docker: the compose file and the Dockerfile parsed and held against the code."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config.celery import TIMETABLE
from tests.project.compose import FILLED_IN, ROOT, env_file, services

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_every_queue_of_the_timetable_has_its_worker_and_no_queue_has_two() -> None:
    queues = [
        service.command[service.command.index("--queues") + 1]
        for service in services().values()
        if "worker" in service.command
    ]

    assert sorted(queues) == sorted({queue for _, _, queue in TIMETABLE.values()})


def test_there_is_one_beat() -> None:
    beats = [service for service in services().values() if "beat" in service.command]

    assert len(beats) == 1
    assert "deploy" not in beats[0].raw


def test_the_others_wait_until_the_migrations_are_done() -> None:
    late = [service for service in services().values() if service.is_ours and service.name != "migrate"]

    for service in late:
        assert service.raw["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services()["migrate"].raw["depends_on"]["postgres"]["condition"] == "service_healthy"


def test_only_the_migrations_sign_in_as_the_owner_of_the_books() -> None:
    acting = {service.name: "assume_role=masthead_app" in service.environment["DATABASE_URL"]
              for service in services().values() if service.is_ours}  # fmt: skip

    assert {name for name, is_app in acting.items() if not is_app} == {"migrate"}


def test_nothing_is_published_beyond_this_machine() -> None:
    ports = [port for service in services().values() for port in service.raw.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_volumes_are_declared_and_used() -> None:
    declared = set(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["volumes"])
    used = {mount.partition(":")[0] for service in services().values() for mount in service.raw.get("volumes", [])}

    assert used == declared


def test_redis_keeps_what_it_was_told_and_throws_nothing_out() -> None:
    assert services()["redis"].command == ["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]


def test_the_sample_environment_holds_no_secret() -> None:
    secrets = {name for name in env_file() if re.search(r"PASSWORD|SECRET|KEY|TOKEN", name)}

    assert set(FILLED_IN) <= secrets
    assert {name: env_file()[name] for name in secrets} == dict.fromkeys(secrets, "")


def test_web_runs_what_the_image_runs() -> None:
    listed = re.search(r"^CMD \[(.*)\]$", DOCKERFILE, re.MULTILINE)

    assert listed is not None
    assert re.findall(r'"([^"]*)"', listed[1]) == services()["web"].command


def test_the_image_runs_as_nobody_in_particular_and_installs_by_hash() -> None:
    stage = DOCKERFILE.rpartition("\nFROM ")[2]

    assert stage.index("USER masthead") < stage.index("\nCMD ")
    assert "pip install --require-hashes -r /app.lock" in DOCKERFILE
    assert "/livez" in (ROOT / "deploy" / "healthcheck.py").read_text()


def copied() -> list[str]:
    """What the image takes from this folder, as the COPY lines say it."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    return [source.rstrip("/") for line in lines for source in line.split()[:-1]]


def test_everything_that_is_copied_is_there_and_let_through() -> None:
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }  # fmt: skip

    assert [name for name in copied() if not (ROOT / name).exists()] == []
    assert set(copied()) == let_through


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with what the image holds, and nothing else of the repository."""
    for name in copied():
        source, target = ROOT / name, tmp_path / "app" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path / "app"


def test_what_the_image_holds_is_enough_to_collect_the_static_files_and_pass_the_deploy_check(image: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "STATIC_ROOT": str(image / "static"), "MASTHEAD_VAR": str(image / "var")}
    production = {**services()["web"].environment, **environment}

    collected = manage(image, "collectstatic", "--noinput", env=environment)
    checked = manage(image, "check", "--deploy", "--fail-level", "WARNING", env=production)

    assert collected.returncode == 0, collected.stderr
    assert (image / "static" / "unfold").is_dir()
    assert checked.returncode == 0, checked.stderr
    assert "no issues (1 silenced)" in checked.stdout


def manage(folder: Path, *words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def test_with_the_sample_environment_as_it_is_nothing_starts() -> None:
    environment = {**services()["web"].environment, **env_file(), "PATH": os.environ["PATH"]}

    refused = manage(ROOT, "check", env=environment)

    assert refused.returncode != 0
    assert "Set SECRET_KEY (or SECRET_KEY_FILE) in the environment." in refused.stderr
    for service in ("web", "migrate", "postgres"):
        assert "${POSTGRES_PASSWORD:?" in str(services()[service].raw["environment"])
