"""Which newsletters there are, and who is on them. Reads only."""

from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from subscriptions.newsletters.models import Enrolment, Newsletter


def open_newsletters() -> QuerySet[Newsletter]:
    return Newsletter.objects.filter(is_open=True).order_by("name")


def enrolments_of(email: str) -> QuerySet[Enrolment]:
    """The lists that a mail address has confirmed."""
    named = Enrolment.objects.alias(mail=Lower("email")).filter(mail=Lower(Value(email.strip())))
    return named.filter(state=Enrolment.State.CONFIRMED).select_related("newsletter").order_by("newsletter__name")
