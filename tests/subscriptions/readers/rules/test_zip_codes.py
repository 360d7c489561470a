from subscriptions.readers.rules.zip_codes import states_of_zip

NOT_IN_USE = """
000-004 213 269 343 345 348 353 419 428-429 517-519 529 533 536 552 568 578-579 589 621 632 642-643 659 663 682 694-699
702 709 715 732 742 771 817-819 839 848-849 854 858 861-862 866-869 872 886-887 892 896 899 909 929 987
"""


def test_a_prefix_names_every_state_that_it_reaches():
    assert states_of_zip("60647") == {"IL"}
    assert states_of_zip("96910-1234") == {"FM", "GU", "MH", "MP", "PW"}
    assert states_of_zip("20500") == {"DC", "MD", "VA"}


def test_every_prefix_but_those_not_in_use_has_a_state():
    unused = set()
    for entry in NOT_IN_USE.split():
        first, _, last = entry.partition("-")
        unused |= {f"{prefix:03d}" for prefix in range(int(first), int(last or first) + 1)}

    assert {f"{prefix:03d}" for prefix in range(1000) if not states_of_zip(f"{prefix:03d}00")} == unused
