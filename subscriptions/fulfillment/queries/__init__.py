"""Label runs and the copies that they have served. Reads only."""

from .doors import (
    CopySent,
    NoFileYet,
    Progress,
    copies_of,
    manifest,
    open_label_file,
    open_manifest_file,
    progress,
    runs,
    statement,
)

__all__ = [
    "CopySent",
    "NoFileYet",
    "Progress",
    "copies_of",
    "manifest",
    "open_label_file",
    "open_manifest_file",
    "progress",
    "runs",
    "statement",
]
