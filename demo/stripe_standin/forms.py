"""Form bodies with brackets, as Stripe reads them: ``a[b][0][c]=1`` becomes ``{"a": {"b": {"0": {"c": "1"}}}}``."""

from typing import Any
from urllib.parse import parse_qsl

from demo.stripe_standin.failures import invalid

Tree = dict[str, Any]


def decode(text: str) -> Tree:
    """The tree of a query string or a form body. Lists stay maps of numbers; the parameter types know better.

    :raises ApiFailure: when a key names both a value and a branch
    """
    tree: Tree = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        _put(tree, _steps(key), value, key)
    return tree


def _steps(key: str) -> list[str]:
    head, _, rest = key.partition("[")
    return [head, *rest.rstrip("]").split("][")] if rest else [head]


def _put(tree: Tree, steps: list[str], value: str, key: str) -> None:
    for step in steps[:-1]:
        branch = tree.setdefault(step or str(len(tree)), {})
        if not isinstance(branch, dict):
            raise invalid(f"Invalid object: {key}", param=key)
        tree = branch
    last = steps[-1] or str(len(tree))
    if isinstance(tree.get(last), dict):
        raise invalid(f"Invalid object: {key}", param=key)
    tree[last] = value
