"""Ids in Stripe's style: a prefix that names the kind, and letters that mean nothing."""

import random

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Ids:
    """Makes ids. A seed makes the same ids again; without one each start differs: databases remember old ones."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)

    def new(self, prefix: str, length: int = 24) -> str:
        return f"{prefix}_{''.join(self._random.choices(LETTERS, k=length))}"
