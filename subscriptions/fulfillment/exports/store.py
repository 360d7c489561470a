"""Putting finished files where they stay: a folder or S3, whatever the default storage is."""

import hashlib
import io
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage

FOLDER = "label-runs"


class Finished(File):  # type: ignore[type-arg]  # django-stubs types File by its content
    """A file that may be moved instead of copied: a folder on the same disk takes it whole, by renaming."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def put_file(name: str, path: Path, *, sha256: str) -> str:
    """Store a file from disk under `name`, and answer the name it has."""
    if _is_there(name, sha256):
        return name
    with path.open("rb") as content:
        return default_storage.save(name, Finished(content, name=str(path)))


def put_back(name: str, path: Path, *, sha256: str) -> None:
    """Store it under `name` and no other: of two who do this at once the second leaves nothing behind."""
    stored = put_file(name, path, sha256=sha256)
    if stored != name:
        default_storage.delete(stored)


def put_bytes(name: str, content: bytes) -> str:
    """Store `content` under `name`, and answer the name it has."""
    if _is_there(name, sha256(content)):
        return name
    return default_storage.save(name, File(io.BytesIO(content), name=name))


def open_stored(name: str) -> IO[bytes]:
    return default_storage.open(name, "rb")


def delete(name: str) -> None:
    """Delete it for good; nothing happens when it is gone already."""
    default_storage.delete(name)


def _is_there(name: str, expected: str) -> bool:
    """Whether exactly this file is stored. A part of one, left by a crash or by a run that was voided, is removed."""
    if not default_storage.exists(name):
        return False
    with default_storage.open(name, "rb") as stored:
        if hashlib.file_digest(stored, "sha256").hexdigest() == expected:
            return True
    default_storage.delete(name)
    return False


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
