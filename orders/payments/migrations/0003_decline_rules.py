"""What decline codes mean, from the table in the reference (stripe.md 3.5). Rows: a publisher may change them."""

from django.db import migrations

CLASSES = {
    "hard": """advice:do_not_try_again lost_card stolen_card pickup_card fraudulent restricted_card invalid_account
        card_not_supported currency_not_supported revocation_of_authorization revocation_of_all_authorizations
        stop_payment_order merchant_blacklist transaction_not_allowed security_violation payment_method_missing
        network_advice:03 network_advice:21""",
    "data": """advice:confirm_card_data expired_card incorrect_number invalid_number invalid_expiry_month
        invalid_expiry_year incorrect_cvc invalid_cvc incorrect_zip""",
    "auth": "authentication_required approve_with_id payment_intent_authentication_failure",
    "soft_funds": """insufficient_funds card_velocity_exceeded withdrawal_count_limit_exceeded credit_limit_exceeded""",
    "soft_technical": "issuer_not_available processing_error try_again_later reenter_transaction network_error",
    "soft_unknown": "generic_decline do_not_honor call_issuer no_action_taken",
    "duplicate": "duplicate_transaction",
}
REVOKES = {"revocation_of_authorization", "revocation_of_all_authorizations", "stop_payment_order"}


def seed(apps, schema_editor):
    DeclineRule = apps.get_model("payments", "DeclineRule")
    DeclineRule.objects.bulk_create(
        DeclineRule(code=code, decline_class=decline_class, revokes_consent=code in REVOKES)
        for decline_class, codes in CLASSES.items()
        for code in codes.split()
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_charge_guards")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
