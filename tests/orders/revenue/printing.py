"""Copies written by hand, as a pull writes them, so that a test of revenue needs no other app's actions."""

import datetime as dt
from typing import Any

from django.db import connection

from subscriptions.catalog.models import Issue
from subscriptions.fulfillment.models import LabelRun
from subscriptions.terms.models import Term


def mail_issue(number: int, terms: list[Term], *, on: str | None = None, weight: int = 1, **fields: Any) -> LabelRun:
    """Pull and mail one issue for these terms, by their places on an unpaused clock; `on` is the ISO day of mailing."""
    run = pull_issue(number, terms, weight=weight, **fields)
    mailed_on = dt.date.fromisoformat(on) if on else run.issue.mail_on
    Issue.objects.filter(pk=run.issue_id).update(state="mailed", mailed_on=mailed_on)
    LabelRun.objects.filter(pk=run.pk).update(state="mailed", mailed_on=mailed_on)
    run.refresh_from_db()
    return run


def pull_issue(number: int, terms: list[Term], *, weight: int = 1, copy_class: str | None = None) -> LabelRun:
    issue = Issue.objects.get(number=number)
    Issue.objects.filter(pk=issue.pk).update(state="pulled", pulled_at=issue.pull_at)
    run = LabelRun.objects.create(
        issue=issue,
        state="handed_over",
        created_by="system:test",
        rehearsed_at=issue.pull_at,
        approved_by="staff:1",
        released_at=issue.pull_at,
        pulled_at=issue.pull_at,
        file_sha256="0" * 64,
        manifest_sha256="0" * 64,
        copies=sum(term.copies for term in terms),
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS fulfillment_copy_{issue.pk} (LIKE fulfillment_copy INCLUDING ALL)")
        for term in terms:
            for copy_no in range(1, term.copies + 1):
                write_copy(cursor, run, term, copy_no=copy_no, weight=weight, copy_class=copy_class)
        cursor.execute(
            f"ALTER TABLE fulfillment_copy ATTACH PARTITION fulfillment_copy_{issue.pk} FOR VALUES IN ({issue.pk})"
        )
    return run


def write_copy(cursor: Any, run: LabelRun, term: Term, *, copy_no: int, weight: int, copy_class: str | None) -> None:
    term.refresh_from_db()
    clock = run.issue.unit
    is_grace = term.c_to is not None and clock >= term.c_to
    units = 0 if is_grace or copy_no > 1 else weight if term.c_to is None else min(weight, term.c_to - clock)
    frozen = {
        "subscription_id": term.subscription_id,
        "run_id": run.pk,
        "term_id": term.pk,
        "reader_id": term.subscription.reader_id,
        "issue_id": run.issue_id,
        "x": clock - term.c_from,
        "rec_no": 1,
        "serial": 0,
        "copy_no": copy_no,
        "purpose": 1,
        "sequence": 1,
        "units": units,
        "copies": term.copies,
        "copy_class": copy_class or ("grace" if is_grace else term.copy_class),
        "name": "ANA FIELD",
        "addr1": "2040 N MILWAUKEE AVE",
    }
    blank = {"paid_code", "subscriber_no", "top_line", "list_code", "version", "company", "attn", "addr2", "urb"}
    blank |= {"city", "state", "zip5", "plus4", "dpc", "postcode", "country"}
    values = {**frozen, **dict.fromkeys(blank, "")}
    places = ", ".join(["%s"] * len(values))
    cursor.execute(
        f"INSERT INTO fulfillment_copy_{run.issue_id} ({', '.join(values)}) VALUES ({places})",  # noqa: S608 (our names)
        list(values.values()),
    )


def post_sale(term: Term) -> None:
    """The sale journal of a term, as checkout writes it, on its `sold_on`."""
    from orders.ledger import actions as ledger

    ledger.post(
        posting_key=f"stripe:charge:ch_{term.pk}",
        kind="sale",
        book_date=term.sold_on,
        currency=term.currency,
        lines=[
            ledger.Posting("1010", term.price_cents, magazine="lantern"),
            ledger.Posting("2100", -term.price_cents, magazine="lantern", offer="ten", source="WEB"),
        ],
    )
