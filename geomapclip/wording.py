"""Numbers in words, the same in a terminal and on the page."""

from __future__ import annotations

import math


def degrees(latitude: float, longitude: float) -> str:
    """Coordinates in words, to about a kilometre: "45.76° N, 4.84° E"."""
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.2f}° {north}, {abs(longitude):.2f}° {east}"


def distance(km: float) -> str:
    """A distance in words: "350 m", "4.2 km", "1,234 km"."""
    if km < 1:
        return f"{km * 1000:.0f} m"
    return f"{km:.1f} km" if km < 10 else f"{km:,.0f} km"


def percent(probability: float) -> str:
    """A probability in words of two significant digits: "12 %", "0.034 %"."""
    value = probability * 100
    decimals = 0 if value <= 0 else max(0, 1 - math.floor(math.log10(value)))
    return f"{value:.{min(decimals, 9)}f} %"
