"""How Masthead says no: a stable code, a sentence a person can act on."""


class DomainError(Exception):
    """A refusal. `code` is stable and machine readable; the text is for a person."""

    code = "refused"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        if code is not None:
            self.code = code


class Invalid(DomainError):
    """The request itself is malformed. `fields` maps a dotted field path to (code, sentence) pairs."""

    code = "invalid"

    def __init__(self, fields: dict[str, list[tuple[str, str]]]) -> None:
        first = next(iter(fields.values()))[0][1] if fields else "The request is not valid."
        super().__init__(first)
        self.fields = fields


class NotFound(DomainError):
    code = "not_found"
