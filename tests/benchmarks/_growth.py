"""Draws how times grow with the registry: an SVG with logarithmic axes and nothing to install."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 420, 70, 30, 170, 50
COLOURS = ("#0017c1", "#d2500a", "#197a4b")
TICKS = (10, 20, 50, 100, 200, 500, 1_000)


@dataclass(frozen=True)
class Point:
    """One question at one size, in milliseconds."""

    question: str
    size: int
    median: float
    p95: float


def drawing(points: Sequence[Point]) -> str:
    """Medians as lines, p95 as dashed lines, by question."""
    sizes = sorted({point.size for point in points})
    top = max([100.0, *(point.p95 for point in points)])

    def across(size: int) -> float:
        span = math.log(sizes[-1] / sizes[0]) or 1.0
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(size / sizes[0]) / span

    def down(value: float) -> float:
        share = math.log(max(value, 5.0) / 5.0) / math.log(top / 5.0)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        "<title>Milliseconds per need by number of organizations (medians; dashed: p95)</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for tick in (tick for tick in TICKS if tick <= top):
        y = down(tick)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick} ms</text>')
    for size in sizes:
        x = across(size)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{size:,}</text>')
    for number, question in enumerate(dict.fromkeys(point.question for point in points)):
        mine, colour = [point for point in points if point.question == question], COLOURS[number % len(COLOURS)]
        for dash, values in (("", [p.median for p in mine]), ("5 4", [p.p95 for p in mine])):
            line = " ".join(f"{across(p.size):.1f},{down(v):.1f}" for p, v in zip(mine, values, strict=True))
            dashed = f' stroke-dasharray="{dash}"' if dash else ""
            parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>')
        y = TOP + 24 * number + 10
        parts.append(f'<path d="M{WIDTH - RIGHT + 12} {y}h24" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 42}" y="{y + 4}">{question}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">organizations</text></svg>')
    return "\n".join(parts) + "\n"
