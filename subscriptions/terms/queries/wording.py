"""The sentences of an explanation, as one tells them to the reader."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

# By how it came, and whether it is the first, goes on right behind, or comes after a gap.
_BOUGHT: Mapping[str, Mapping[str, Any]] = {
    "bought": {
        "first": ngettext_lazy("You bought one issue from %(first)s.", "You bought %(n)s issues from %(first)s.", "n"),
        "more": ngettext_lazy("You bought one more issue.", "You bought %(n)s more issues.", "n"),
        "later": ngettext_lazy(
            "You bought one more issue, from %(first)s.", "You bought %(n)s more issues, from %(first)s.", "n"
        ),
    },
    "given": {
        "first": ngettext_lazy(
            "You were given one issue from %(first)s.", "You were given %(n)s issues from %(first)s.", "n"
        ),
        "more": ngettext_lazy("You were given one more issue.", "You were given %(n)s more issues.", "n"),
        "later": ngettext_lazy(
            "You were given one more issue, from %(first)s.", "You were given %(n)s more issues, from %(first)s.", "n"
        ),
    },
    "free": {
        "first": ngettext_lazy(
            "One issue is free of charge, from %(first)s.", "%(n)s issues are free of charge, from %(first)s.", "n"
        ),
        "more": ngettext_lazy("One more issue is free of charge.", "%(n)s more issues are free of charge.", "n"),
        "later": ngettext_lazy(
            "One more issue is free of charge, from %(first)s.",
            "%(n)s more issues are free of charge, from %(first)s.",
            "n",
        ),
    },
}
_HOW = {"gift": "given", "comp": "free", "staff": "free", "sample": "free"}

_ADDED_FOR_A_COPY: Mapping[str, Any] = {
    "never_came": ngettext_lazy(
        "One issue was added because %(copy)s never came.", "%(n)s issues were added because %(copy)s never came.", "n"
    ),
    "came_back": ngettext_lazy(
        "One issue was added because %(copy)s came back to us.",
        "%(n)s issues were added because %(copy)s came back to us.",
        "n",
    ),
    "damaged": ngettext_lazy(
        "One issue was added because %(copy)s came damaged.",
        "%(n)s issues were added because %(copy)s came damaged.",
        "n",
    ),
}
_ADDED_FOR_A_COPY = {**_ADDED_FOR_A_COPY, "missing": _ADDED_FOR_A_COPY["never_came"]}
_ADDED_FOR: Mapping[str, Any] = {
    "late": ngettext_lazy(
        "One issue was added because a copy came late.", "%(n)s issues were added because a copy came late.", "n"
    ),
    "": ngettext_lazy("One issue was added by us.", "%(n)s issues were added by us.", "n"),
}
_ADDED_FOR = {**_ADDED_FOR, "came_late": _ADDED_FOR["late"]}
_ADDED_FOR_SOME_COPY = ngettext_lazy("One issue was added for %(copy)s.", "%(n)s issues were added for %(copy)s.", "n")

_WAS_HELD: Mapping[str, Any] = {
    "vacation": ngettext_lazy("One issue was held (%(span)s).", "%(n)s issues were held (%(span)s).", "n"),
    "imposed": ngettext_lazy("One issue was held by us (%(span)s).", "%(n)s issues were held by us (%(span)s).", "n"),
    "non_pay": ngettext_lazy(
        "One issue was held, as the bill was not paid (%(span)s).",
        "%(n)s issues were held, as the bill was not paid (%(span)s).",
        "n",
    ),
    "dispute": ngettext_lazy(
        "One issue was held, as the payment was disputed (%(span)s).",
        "%(n)s issues were held, as the payment was disputed (%(span)s).",
        "n",
    ),
    "bad_address": ngettext_lazy(
        "One issue was held, as mail to your address came back (%(span)s).",
        "%(n)s issues were held, as mail to your address came back (%(span)s).",
        "n",
    ),
    "skip": ngettext_lazy("One issue could not be sent (%(span)s).", "%(n)s issues could not be sent (%(span)s).", "n"),
}
_IS_HELD = ngettext_lazy("One issue is held (%(span)s).", "%(n)s issues are held (%(span)s).", "n")
_HELD_ON: Mapping[str, Any] = {
    "vacation": gettext_lazy("From %(first)s on it is held until further notice."),
    "imposed": gettext_lazy("From %(first)s on it is held by us until further notice."),
    "non_pay": gettext_lazy("From %(first)s on it is held until the bill is paid."),
    "dispute": gettext_lazy("From %(first)s on it is held, as the payment is disputed."),
    "bad_address": gettext_lazy("From %(first)s on it is held until we have an address that mail reaches."),
}

_RECOUPED = ngettext_lazy(
    "One of them had been sent before it was paid for (%(copies)s).",
    "%(n)s of them had been sent before they were paid for (%(copies)s).",
    "n",
)
_SENT_BEFORE = ngettext_lazy("One of them had been sent before.", "%(n)s of them had been sent before.", "n")
_BACK_STARTED = ngettext_lazy(
    "One of them is a back issue (%(copies)s).", "%(n)s of them are back issues (%(copies)s).", "n"
)
_CANCELLED = ngettext_lazy("One issue was cancelled.", "%(n)s issues were cancelled.", "n")
_TAKEN_UP_AGAIN = ngettext_lazy("One issue was taken up again.", "%(n)s issues were taken up again.", "n")
_CAME_OVER = ngettext_lazy(
    "One issue came over from another subscription.", "%(n)s issues came over from another subscription.", "n"
)
_WENT_OVER = ngettext_lazy(
    "One issue went over to another subscription.", "%(n)s issues went over to another subscription.", "n"
)
_ENDED_AFTER = ngettext_lazy("It was ended after one issue.", "It was ended after %(n)s issues.", "n")
_MORE = ngettext_lazy("A mistake was put right: one issue more.", "A mistake was put right: %(n)s issues more.", "n")
_FEWER = ngettext_lazy("A mistake was put right: one issue fewer.", "A mistake was put right: %(n)s issues fewer.", "n")


def bought(units: int, copy_class: str, *, is_first: bool, first: str) -> str:
    """`first` is empty where it goes on right behind what was there."""
    words = _BOUGHT[_HOW.get(copy_class, "bought")]
    return str(words["first" if is_first else "later" if first else "more"] % {"n": units, "first": first})


def added(units: int, *, reason: str, copy: str) -> str:
    if copy:
        return str(_ADDED_FOR_A_COPY.get(reason, _ADDED_FOR_SOME_COPY) % {"n": units, "copy": copy})
    return str(_ADDED_FOR.get(reason, _ADDED_FOR[""]) % {"n": units})


def recouped(units: int, copies: str) -> str:
    """`copies` is empty after a takeover: which ones they were is not known here."""
    return str((_RECOUPED if copies else _SENT_BEFORE) % {"n": units, "copies": copies})


def back_started(units: int, copies: str) -> str:
    return str(_BACK_STARTED % {"n": units, "copies": copies})


def cancelled(units: int) -> str:
    return str(_CANCELLED % {"n": units})


def cancelled_at_end() -> str:
    return _("It was cancelled, and ends with the last issue that is paid for.")


def taken_up_again(units: int) -> str:
    return str(_TAKEN_UP_AGAIN % {"n": units})


def came_over(units: int) -> str:
    return str(_CAME_OVER % {"n": units})


def went_over(units: int) -> str:
    return str(_WENT_OVER % {"n": units})


def changed_number(before: int, after: int) -> str:
    """Empty where the number stayed: the same issues go on, with other copies or to another place."""
    if before == after:
        return ""
    return _("%(before)s issues became %(after)s for the money that was left.") % {"before": before, "after": after}


def corrected(units: int) -> str:
    return str((_MORE if units > 0 else _FEWER) % {"n": abs(units)}) if units else ""


def ended_after(units: int) -> str:
    return str(_ENDED_AFTER % {"n": units})


def added_to_calendar(labels: Sequence[str]) -> str:
    sentence = ngettext(
        "%(issues)s came into the calendar later and counts too.",
        "%(issues)s came into the calendar later and count too.",
        len(labels),
    )
    return sentence % {"issues": listed(labels)}


def special(labels: Sequence[str]) -> str:
    sentence = ngettext(
        "%(issues)s is a special issue: it comes on top and uses up nothing.",
        "%(issues)s are special issues: they come on top and use up nothing.",
        len(labels),
    )
    return sentence % {"issues": listed(labels)}


def held(reason: str, labels: Sequence[str], *, is_over: bool) -> str:
    span = labels[0] if len(labels) == 1 else _("%(first)s to %(last)s") % {"first": labels[0], "last": labels[-1]}
    words = _WAS_HELD[reason] if is_over or reason != "vacation" else _IS_HELD
    return str(words % {"n": len(labels), "span": span})


def held_on(reason: str, first: str) -> str:
    return str(_HELD_ON.get(reason, _HELD_ON["imposed"]) % {"first": first})


def listed(labels: Sequence[str]) -> str:
    if len(labels) < 2:
        return "".join(labels)
    return _("%(some)s and %(last)s") % {"some": ", ".join(labels[:-1]), "last": labels[-1]}
