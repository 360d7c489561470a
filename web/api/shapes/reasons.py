from typing import Any

from rest_framework import serializers


class ReasonOut(serializers.Serializer[Any]):
    """Why something is done to a subscription. `code` is what requests send."""

    code = serializers.CharField()
    use = serializers.CharField(help_text="extension, claim, cancel or hold")
    name = serializers.CharField(help_text="As staff see it.")
    words = serializers.CharField(help_text="As readers see it; empty: not for readers.")
    effect = serializers.CharField(help_text="What it does to the term: credit, bonus, split, or nothing.")
    copy_arrived = serializers.BooleanField(
        source="claim_reason.copy_arrived", default=False, help_text="Of a claim: late or damaged, no miss."
    )
    may_be_replaced = serializers.BooleanField(
        source="claim_reason.may_be_replaced", default=True, help_text="Of a claim: another copy would help."
    )
