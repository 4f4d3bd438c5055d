"""Draws curves, read as JSON from stdin, into an SVG: `chart.py FILE`, in the environment of tools.

A curve is {title, whole, rows, cpu}. Those that grow are drawn in colour, the others in grey. Text
stays text, and the colours follow the reader's choice of dark or light.
"""

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt

# Colours that stand for variables of the style sheet: (variable, what is drawn with, light, dark).
COLOURS = (
    ("--ink", "#010101", "#1f2328", "#e6edf3"),
    ("--faint", "#020202", "#d1d9e0", "#3d444d"),
    ("--flat", "#030303", "#818b98", "#9198a1"),
    ("--c1", "#040404", "#cf222e", "#ff7b72"),
    ("--c2", "#050505", "#0969da", "#79c0ff"),
    ("--c3", "#060606", "#bc4c00", "#ffa657"),
    ("--c4", "#070707", "#8250df", "#d2a8ff"),
    ("--c5", "#080808", "#1a7f37", "#7ee787"),
    ("--c6", "#090909", "#bf3989", "#f778ba"),
)
INK, FAINT, FLAT, *BRIGHT = (drawn for _, drawn, _, _ in COLOURS)
# A curve that grows by more than this over its length is drawn in colour.
GROWS = 2.0
# Two labels are at least so far apart, as a part of the axis.
APART = 0.04


def main() -> None:
    curves = json.load(sys.stdin)
    mpl.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "quipu",
            "font.family": "sans-serif",
            "font.size": 11,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": FAINT,
            "xtick.color": INK,
            "ytick.color": INK,
        }
    )
    figure, axes = plt.subplots(figsize=(10, 7))
    figure.subplots_adjust(left=0.08, right=0.67, top=0.93, bottom=0.08)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("figures in the database")
    axes.set_title(
        "CPU of one answer (of exports: of a thousand rows), µs", loc="left", fontsize=12
    )
    axes.grid(visible=True, which="major", color=FAINT, linewidth=0.6)
    axes.minorticks_off()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    draw(axes, curves)
    sizes = sorted({number for curve in curves for number in curve["rows"]})
    axes.set_xticks(sizes, [f"{number:,}" for number in sizes])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    figure.savefig(sys.argv[1], format="svg", transparent=True, metadata={"Date": None})
    styled(Path(sys.argv[1]))


def draw(axes: mpl.axes.Axes, curves: list[dict]) -> None:
    """The curves, and at the right end of each its title."""
    colours = {}
    for curve in curves:
        grows = curve["cpu"][-1] > GROWS * curve["cpu"][0]
        colours[curve["title"]] = BRIGHT[len(colours) % len(BRIGHT)] if grows else None
        colours = {title: colour for title, colour in colours.items() if colour}
        axes.plot(
            curve["rows"],
            curve["cpu"],
            color=colours.get(curve["title"], FLAT),
            linewidth=2.2 if grows else 1.3,
            linestyle="--" if curve["whole"] else "-",
            marker="o",
            markersize=4,
        )
    lowest, highest = axes.get_ylim()
    step = (highest / lowest) ** APART
    ends = spaced([(curve["cpu"][-1], curve["title"]) for curve in curves], step)
    right = max(curve["rows"][-1] for curve in curves)
    last = {curve["title"]: curve["cpu"][-1] for curve in curves}
    for height, title in ends:
        axes.annotate(
            title,
            xy=(right, last[title]),
            xytext=(right * 1.35, height),
            va="center",
            fontsize=10,
            color=colours.get(title, INK),
            arrowprops={
                "arrowstyle": "-",
                "color": FAINT,
                "linewidth": 0.6,
                "relpos": (0, 0.5),
                "shrinkA": 2,
            },
            annotation_clip=False,
        )


def spaced(ends: list[tuple[float, str]], step: float) -> list[tuple[float, str]]:
    """The heights of labels, moved apart by this factor where they would cover each other."""
    ordered = sorted(ends)
    heights = [height for height, _ in ordered]
    for n in range(1, len(heights)):
        heights[n] = max(heights[n], heights[n - 1] * step)
    # What was pushed up as a whole is let down by half of that.
    pushed = (heights[-1] / ordered[-1][0]) ** 0.5
    return [(height / pushed, title) for height, (_, title) in zip(heights, ordered, strict=True)]


def styled(file: Path) -> None:
    """Put variables in the place of the colours, and say what they are in light and in dark."""
    text = file.read_text(encoding="utf-8")
    for variable, drawn, light, _ in COLOURS:
        text = text.replace(drawn, f"var({variable}, {light})")
    light = "; ".join(f"{variable}: {colour}" for variable, _, colour, _ in COLOURS)
    dark = "; ".join(f"{variable}: {colour}" for variable, _, _, colour in COLOURS)
    style = (
        f"<style>svg {{ {light}; font-family: system-ui, sans-serif }} "
        f"@media (prefers-color-scheme: dark) {{ svg {{ {dark} }} }}</style>"
    )
    head, mark, rest = text.partition("<defs>")
    lines = f"{head}{style}\n {mark}{rest}".splitlines()
    file.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
