"""Label runs and the copies that they have served. Reads only."""

from .claims import (
    ClaimableCopy,
    Cluster,
    claimable_copies,
    claims_of,
    clusters_of,
    issues_claimed,
    open_claims,
    policy_row,
)
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
    "ClaimableCopy",
    "Cluster",
    "CopySent",
    "NoFileYet",
    "Progress",
    "WaitingRun",
    "claimable_copies",
    "claims_of",
    "clusters_of",
    "copies_of",
    "issues_claimed",
    "manifest",
    "open_claims",
    "open_label_file",
    "open_manifest_file",
    "policy_row",
    "progress",
    "runs",
    "statement",
    "waiting_runs",
]
