"""What the label and its file are called: expiry words, issue codes, file names (reference: postal 8.1 and 8.2)."""

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
SHORT_MAILER_ID = 6


def expiry(year: int, month: int) -> str:
    """`JUN27`, as in `0042317  EXP JUN27`."""
    return f"{MONTHS[month - 1]}{year % 100:02d}"


def beyond(year: int, month: int) -> str:
    """For a term that ends behind the last issue laid out: `AFTER DEC28`."""
    return f"AFTER {expiry(year, month)}"


def issue_stamp(year: int, month: int) -> str:
    """`2612`: the issue in piece ids and file names."""
    return f"{year % 100:02d}{month:02d}"


def file_name(*, label_code: str, stamp: str, kind: str, run_id: int, revision: int) -> str:
    """`LAN_2604_main_12_v1`, without its ending; `kind` is main, supplement or claims."""
    return f"{label_code}_{stamp}_{kind}_{run_id}_v{revision}"


def serial_digits(mailer_id: str) -> int:
    """The digits that a mailer id leaves for the serial: nine behind a short one, six behind a long one."""
    return 9 if len(mailer_id) == SHORT_MAILER_ID else 6


def serial_block(*, next_serial: int, pieces: int, digits: int) -> int:
    """The first serial of a block for `pieces`: it starts again with 1 where the digits end.

    :raises ValueError: when no block of that length fits
    """
    most = int("9" * digits)
    if pieces > most:
        raise ValueError(f"A serial of {digits} digits numbers {most} pieces, not {pieces}.")
    return next_serial if next_serial + pieces - 1 <= most else 1


def serials_fit(mailer_id: str, *, pieces: int) -> bool:
    """Whether a mailer id has serials enough for a run; without one there are none to run out of."""
    return not mailer_id or pieces <= int("9" * serial_digits(mailer_id))
