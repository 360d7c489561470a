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
from .waiting import WaitingRun, waiting_runs

__all__ = [
    "CopySent",
    "NoFileYet",
    "Progress",
    "WaitingRun",
    "copies_of",
    "manifest",
    "open_label_file",
    "open_manifest_file",
    "progress",
    "runs",
    "statement",
    "waiting_runs",
]
