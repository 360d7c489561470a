"""Names of people, as far as telling one from another goes."""

_AFTER_A_NAME = frozenset({"JR", "SR", "II", "III", "IV", "MD", "PHD", "ESQ", "DDS", "RN", "CPA"})


def surname(label_name: str) -> str:
    """The last word of a label name, in capitals, but for suffixes: `ANA FIELD JR` is FIELD. Empty if there is none."""
    words = [word for word in label_name.replace(".", "").split() if word not in _AFTER_A_NAME]
    return words[-1] if words else ""
