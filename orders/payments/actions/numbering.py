from uuid import UUID

from orders.payments.errors import AttemptIsLive, AttemptIsPaid
from orders.payments.models import PaymentAttempt


def next_number(subject_uuid: UUID) -> int:
    """The number of the next attempt for a subject.

    :raises AttemptIsLive: when one may still bring money
    :raises AttemptIsPaid: when one has
    """
    earlier = list(PaymentAttempt.objects.filter(subject_uuid=subject_uuid).values_list("state", "number"))
    states = {state for state, _ in earlier}
    if PaymentAttempt.State.PAID in states:
        raise AttemptIsPaid("This has been paid already.")
    if states & set(PaymentAttempt.LIVE):
        raise AttemptIsLive("A payment for this is still under way.")
    return max((number for _, number in earlier), default=0) + 1
