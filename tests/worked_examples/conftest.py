from tests.worked_examples.press import press

__all__ = ["press"]
