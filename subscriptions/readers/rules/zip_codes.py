"""Which states a ZIP code can be in, by its first three digits. Some prefixes reach into a second state."""

_TABLE = """
AA 340 | AE 090-099 | AP 962-966 | AK 995-999 | AL 350-352 354-369 | AR 716-729 | AS 967 | AZ 850-853 855-857 859-860
863-865 | CA 900-908 910-928 930-961 | CO 800-816 | CT 060-069 | DC 200 202-205 569 888 | DE 197-199 | FL 320-339
341-342 344 346-347 349 | FM 969 | GU 969 | MH 969 | MP 969 | PW 969 | GA 300-319 398-399 | HI 967-968 | IA 500-516
520-528 | ID 832-838 | IL 600-620 622-629 | IN 460-479 | KS 660-662 664-679 | KY 400-418 420-427 | LA 700-701 703-708
710-714 | MA 010-027 055 | MD 206-212 214-219 205 | ME 039-049 | MI 480-499 | MN 550-551 553-567 | MO 630-631 633-641
644-658 726 | MS 386-397 | MT 590-599 | NC 270-289 | ND 580-588 | NE 680-681 683-693 | NH 030-038 | NJ 070-089
| NM 870-871 873-884 | NV 889-891 893-895 897-898 | NY 005 100-149 063 | OH 430-459 | OK 730-731 734-741 743-749
| OR 970-979 | PA 150-196 | PR 006-007 009 | RI 028-029 | SC 290-299 | SD 570-577 | TN 370-385 | TX 750-770 772-799 885
733 739 | UT 840-847 | VA 201 220-246 205 | VI 008 | VT 050-054 056-059 | WA 980-986 988-994 | WI 530-532 534-535
537-549 | WV 247-268 | WY 820-831 834
"""


def _read(table: str) -> dict[str, frozenset[str]]:
    states_of: dict[str, set[str]] = {}
    for entry in table.split("|"):
        state, *ranges = entry.split()
        for prefixes in ranges:
            first, _, last = prefixes.partition("-")
            for prefix in range(int(first), int(last or first) + 1):
                states_of.setdefault(f"{prefix:03d}", set()).add(state)
    return {prefix: frozenset(states) for prefix, states in states_of.items()}


_STATES_OF = _read(_TABLE)


def states_of_zip(zip_code: str) -> frozenset[str]:
    """The states, territories or armed forces that the ZIP's prefix serves; empty for a prefix that is not in use."""
    return _STATES_OF.get(zip_code[:3], frozenset())
