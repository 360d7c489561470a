"""The list of failure modes and the tests that produce them. A renamed or dropped test is missed here."""

import ast
from pathlib import Path

import pytest

MODES: dict[str, list[str]] = {
    "1 declines of every kind": ["test_a_saved_card_is_declined_off_session"],
    "2 declined only after it was saved": ["test_a_card_declines_only_after_it_was_saved"],
    "3 authentication required off-session": ["test_the_bank_asks_for_the_reader_while_nobody_is_there"],
    "4 3DS passed, failed, abandoned": ["test_the_buyer_confirms_fails_or_walks_away"],
    "5 unknown decline code": ["test_a_decline_code_that_nobody_has_seen_before"],
    "6 advice contradicts the decline code": ["test_an_advice_code_that_contradicts_its_decline_code"],
    "7 card detached, customer deleted": ["test_a_detached_card_is_gone", "test_a_deleted_customer_is_gone"],
    "8 card of another customer": ["test_a_card_of_another_customer_is_refused"],
    "9 amount too small": ["test_an_amount_below_fifty_cents_is_too_small"],
    "10 unknown parameter": ["test_an_unknown_parameter_is_refused", "test_a_wrong_parameter_is_refused_by_name"],
    "11 invalid, expired, limited key": [
        "test_a_key_that_is_live_unknown_or_over_is_not_let_in",
        "test_a_limited_key_may_do_only_its_own_work",
    ],
    "12 429 with and without should-retry": [
        "test_too_many_requests_ends_the_call",
        "test_too_many_requests_is_retried_when_stripe_says_so",
    ],
    "13 500 stored under its key": ["test_a_500_is_remembered_under_its_key"],
    "14 503, then fine": ["test_the_client_heals_a_503_and_a_cut_by_itself"],
    "15 cut before execution": ["test_a_cut_leaves_the_outcome_unknown_to_a_client_that_does_not_retry"],
    "16 cut after execution": ["test_a_cut_leaves_the_outcome_unknown_to_a_client_that_does_not_retry"],
    "17 read timeout, later success": ["test_the_answer_comes_too_late_and_the_charge_stands"],
    "18 200 with HTML": ["test_a_200_with_html_tells_nothing"],
    "19 same key at the same time": ["test_the_same_key_at_the_same_time_is_in_use"],
    "20 same key, other parameters": ["test_the_same_key_with_other_parameters_is_refused"],
    "21 key older than a day": ["test_a_key_is_forgotten_after_a_day"],
    "22 webhook duplicated": ["test_every_event_comes_three_times"],
    "23 out of order": ["test_events_come_out_of_order"],
    "24 hours late": ["test_events_come_late", "test_events_come_five_hours_late"],
    "25 never sent": ["test_a_quarter_of_the_events_never_comes"],
    "26 bad signature": ["test_a_bad_signature_is_seen"],
    "27 old and future timestamp": ["test_a_signature_is_old_or_from_the_future"],
    "28 rotated secret": ["test_a_secret_is_rotated_with_both_in_force_for_a_while"],
    "29-31 wrong livemode, unknown type, other version": ["test_an_event_lies_about_its_mode_type_or_version"],
    "32 event of an unknown object": ["test_an_event_tells_of_an_object_that_we_do_not_know"],
    "33 charge event before intent event": ["test_the_charge_is_told_before_its_intent"],
    "34 thin and snapshot of one fact": ["test_one_fact_is_told_thin_and_as_a_snapshot"],
    "35 receiver down for a day, then replay": ["test_a_receiver_is_down_for_a_day_and_then_gets_everything"],
    "36 events older than 30 days": ["test_events_older_than_thirty_days_are_gone"],
    "37 session paid as it expires": [
        "test_a_session_is_paid_at_the_second_it_expires",
        "test_an_expired_session_was_paid_after_all",
    ],
    "38 two tabs, two sessions": ["test_two_tabs_pay_two_sessions_of_one_order"],
    "39 late success of an abandoned intent": ["test_an_abandoned_intent_succeeds_while_a_new_one_is_open"],
    "40 balance transaction later": ["test_the_fee_is_known_later"],
    "41 refund fails after success": ["test_a_refund_waits_and_then_fails"],
    "43 refund larger than the rest": ["test_no_more_is_refunded_than_was_paid"],
    "48 card updated by the network": ["test_the_card_network_sends_a_new_date"],
}


def names_of_tests() -> set[str]:
    files = Path(__file__).parent.glob("test_*.py")
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("mode", MODES)
def test_the_mode_has_its_tests(mode: str) -> None:
    assert set(MODES[mode]) <= names_of_tests()
