"""Label runs, the copies that they have frozen, and what readers claim of them."""

from .claims import Claim, ClaimPolicy, ClaimReason
from .copies import CLAIM, MAIN, SUPPLEMENT, Copy
from .runs import LabelRun

__all__ = ["CLAIM", "MAIN", "SUPPLEMENT", "Claim", "ClaimPolicy", "ClaimReason", "Copy", "LabelRun"]
