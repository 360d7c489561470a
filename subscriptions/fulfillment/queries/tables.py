"""The tables that hold copies: one partition per issue."""

PARENT = "fulfillment_copy"

# Every column of a copy, in the order of the table.
COLUMNS = (
    "subscription_id",
    "run_id",
    "term_id",
    "reader_id",
    "issue_id",
    "x",
    "rec_no",
    "serial",
    "copy_no",
    "purpose",
    "sequence",
    "units",
    "copies",
    "copy_class",
    "paid_code",
    "subscriber_no",
    "top_line",
    "list_code",
    "version",
    "name",
    "company",
    "attn",
    "addr1",
    "addr2",
    "urb",
    "city",
    "state",
    "zip5",
    "plus4",
    "dpc",
    "postcode",
    "country",
)
KEY = ("subscription_id", "issue_id", "copy_no", "purpose", "sequence")


def partition(issue_id: int) -> str:
    return f"{PARENT}_{issue_id}"


def rehearsal(run_id: int) -> str:
    """Where a rehearsal draws its labels, until it has counted them."""
    return f"fulfillment_rehearsal_{run_id}"
