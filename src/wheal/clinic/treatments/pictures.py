"""A pass drawn on the body for paper: the chart, the outline, and the points in the colour and shape of the pass."""

from __future__ import annotations

from wheal import bodymap, knowledge
from wheal.clinic import charts
from wheal.clinic.treatments import grounds
from wheal.clinic.treatments.models import Pass, Session

STYLE = (
    ".skin{fill:#faf3e8;stroke:none}.line{fill:none;stroke:#75695c;stroke-width:1.1}"
    ".body{fill:#faf3e8;stroke:#75695c;stroke-width:1.1}.soft,.hair,.back{fill:none;stroke:#b3a796;stroke-width:.8}"
)


def svg_of(row: Pass, session: Session) -> str:
    drawing = grounds.drawing_of(row, session, knowledge.current())
    x, y, width, height = drawing.view
    outline = " ".join(f"{int(east)},{int(south)}" for east, south in row.outline)
    mark, size = charts.mark_of(row.order), max(width // 110, 1)
    points = charts.marks(mark.shape, bodymap.unpack_points(row.points), size)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x} {y} {width} {height}"><style>{STYLE}</style>'
        f'<g transform="translate({drawing.dx} {drawing.dy})">{drawing.svg}</g>'
        f'<polygon points="{outline}" fill="{mark.colour}" fill-opacity=".08" stroke="{mark.colour}" '
        f'stroke-width="{size / 2}" stroke-dasharray="{mark.dash_at(size / 2)}"/>'
        f'<path d="{points}" fill="#ffffff" stroke="{mark.colour}" stroke-width="{size * 0.6:.1f}"/></svg>'
    )
