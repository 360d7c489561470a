"""A bar chart as SVG, drawn on the server: it needs no script, prints, and tells a screen reader what it shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 760, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 8, 12, 36
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of bars: `tone` is `a` or `b`, `cents` one value per label."""

    name: str
    tone: str
    cents: Sequence[int]


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    tone: str
    tip: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


def bar_chart(*, name: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Bars by label, from 0 up (and down, where something is negative). Empty when there is nothing to draw."""
    values = [cents for each in series for cents in each.cents]
    if not any(values):
        return SafeString("")
    top, bottom, step = scale(values)
    room = HEIGHT - TOP - BOTTOM

    def y(cents: float) -> float:
        return round(TOP + (top - cents) / (top - bottom) * room, 1)

    marks = [bottom + step * place for place in range(round((top - bottom) / step) + 1)]
    context = {
        "name": name,
        "title": title,
        "says": says(labels, series),
        "series": series,
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "ticks": [Tick(y(cents), f"${cents / 100:,.0f}") for cents in marks],
        "labels": _labels(labels),
        "label_y": HEIGHT - 12,
        "bars": _bars(labels, series, y),
    }
    return render_to_string("desk/_bar_chart.html", context)


def scale(values: Sequence[int]) -> tuple[float, float, float]:
    """Top, bottom and step of the axis in cents: whole dollars, four or five lines, 0 always among them."""
    top, bottom = max(0, *values), min(0, *values)
    rough = max(top - bottom, 400) / 4
    power = 10.0 ** (len(str(int(rough))) - 1)
    step = next(power * factor for factor in STEPS if power * factor >= rough)
    return -(-top // step) * step or step, bottom // step * step, step


def says(labels: Sequence[str], series: Sequence[Series]) -> str:
    """What the chart shows, in words: where each series begins and ends, and its highest value."""
    sentences = []
    for each in series:
        highest = max(range(len(labels)), key=lambda place: each.cents[place])
        first, last = each.cents[0], each.cents[-1]
        sentences.append(
            f"{each.name}: {_dollars(first)} in {labels[0]}, {_dollars(last)} in {labels[-1]}, "
            f"highest {_dollars(each.cents[highest])} in {labels[highest]}."
        )
    return " ".join(sentences)


def _slot(labels: Sequence[str]) -> float:
    return (WIDTH - LEFT - RIGHT) / len(labels)


def _labels(labels: Sequence[str]) -> list[Tick]:
    every = -(-len(labels) // 12)
    slot = _slot(labels)
    return [
        Tick(round(LEFT + slot * (place + 0.5), 1), text) for place, text in enumerate(labels) if place % every == 0
    ]


def _bars(labels: Sequence[str], series: Sequence[Series], y: Callable[[float], float]) -> list[Bar]:
    slot = _slot(labels)
    width = min(slot * 0.72 / len(series), 36)
    bars = []
    for number, each in enumerate(series):
        for place, cents in enumerate(each.cents):
            middle = LEFT + slot * (place + 0.5)
            x = middle + (number - len(series) / 2) * width
            above, below = y(max(cents, 0)), y(min(cents, 0))
            tip = f"{labels[place]}: {each.name} {_dollars(cents)}"
            bars.append(Bar(round(x, 1), above, round(width - 1, 1), max(round(below - above, 1), 0), each.tone, tip))
    return bars


def _dollars(cents: int) -> str:
    return f"${cents / 100:,.0f}"
