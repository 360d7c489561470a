"""Label runs and the copies that they have served. Reads only."""

from .claims import (
    ClaimableCopy,
    Cluster,
    claimable_copies,
    claims_of,
    clusters_of,
    issues_claimed,
    open_claims,
    policy_of,
    policy_row,
    reasons_of_readers,
)
from .doors import (
    CopySent,
    LabelFileIsGone,
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
from .shelves import Shelf, promised_of, shelf_of, shelves
from .waiting import WaitingRun, waiting_runs

__all__ = [
    "ClaimableCopy",
    "Cluster",
    "CopySent",
    "LabelFileIsGone",
    "NoFileYet",
    "Progress",
    "Shelf",
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
    "policy_of",
    "policy_row",
    "progress",
    "promised_of",
    "reasons_of_readers",
    "runs",
    "shelf_of",
    "shelves",
    "statement",
    "waiting_runs",
]
