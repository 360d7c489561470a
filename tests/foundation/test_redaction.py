import io
import json
import logging

import pytest
import structlog
from django.db import IntegrityError, transaction

from config.logs import LOGGING
from foundation.mail.models import OutgoingMail
from foundation.redaction import redact, redacted


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("bounce of ana.field+x@readers.example today", "bounce of [email] today"),
        ("key rk_test_51AbCdEfGh used", "key [key] used"),
        ("secret whsec_abcdef123456", "secret [key]"),
        ("card 4242 4242 4242 4242 seen", "card [digits] seen"),
        ("order 1042 of 2026-03-01, 1995 cents", "order 1042 of 2026-03-01, 1995 cents"),
        ("DETAIL:  Failing row contains (7, Ana Field).\nnext line", "DETAIL: [row]\nnext line"),
        (repr(ValueError("x\nDETAIL:  Key (name)=(Ana) exists.\ny")), "ValueError('x\\nDETAIL: [row]\\ny')"),
    ],
)
def test_what_is_personal_or_secret_leaves_no_trace(said: str, kept: str) -> None:
    assert redacted(said) == kept


def test_fields_with_telling_names_are_never_written() -> None:
    event = redact(None, "info", {"event": "x", "email": "y", "name": "Ana", "ip": "192.0.2.7", "cents": 1995})

    assert event == {"event": "x", "email": "[redacted]", "name": "[redacted]", "ip": "[redacted]", "cents": 1995}


@pytest.mark.django_db
def test_a_database_error_logged_by_anyone_quotes_no_row() -> None:
    written, person = io.StringIO(), " ".join(["Ana", "Field"])  # not as one word, as tracebacks quote this file
    formatter = LOGGING["formatters"]["json"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(**{key: value for key, value in formatter.items() if key != "()"})
    )
    logger = logging.getLogger("somebody.elses.library")
    logger.addHandler(handler)
    try:
        with transaction.atomic():
            OutgoingMail.objects.create(key="1", to_email=person, state="bounced", created_at="2026-03-01T12:00Z")
    except IntegrityError:
        logger.exception("it failed")
    finally:
        logger.removeHandler(handler)

    line = json.loads(written.getvalue())
    assert "mail_bounced_has_its_date" in line["exception"]
    assert person not in written.getvalue()
