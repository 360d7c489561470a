"""Label runs, the copies that they have frozen, and what readers claim of them."""

from .copies import CLAIM, MAIN, SUPPLEMENT, Copy
from .runs import LabelRun

__all__ = ["CLAIM", "MAIN", "SUPPLEMENT", "Copy", "LabelRun"]
