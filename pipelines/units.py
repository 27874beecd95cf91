"""Numbers as people read them."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Seconds → "42s", "9m02s", "3h05m", "2d04h"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
    return f"{whole // 86400}d{whole % 86400 // 3600:02d}h"


def data_size(count: float) -> str:
    """Bytes → "512 B", "1.4 MB" (powers of 1000)."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(count) < 999.5 or unit == "TB":
            break
        count /= 1000
    return f"{count:.0f} {unit}" if unit == "B" or count >= 99.95 else f"{count:.1f} {unit}"


def rate(per_second: float) -> str:
    """Images per second with two or three figures: "0.42/s", "3.4/s", "128/s"."""
    digits = 2 if per_second < 1 else 1 if per_second < 100 else 0
    return f"{per_second:,.{digits}f}/s"


def milliseconds(seconds: float) -> str:
    """Seconds of one image in a stage, as milliseconds with a sensible number of digits."""
    value = seconds * 1000
    return f"{value:,.{0 if value >= 10 else 1}f}"


def share(part: float, whole: float) -> str:
    """"12.5%"; never "0.0%" for something nor "100.0%" for less than all."""
    if not whole or not part:
        return "0%"
    if part == whole:
        return "100%"
    return f"{min(99.9, max(0.1, 100 * part / whole)):.1f}%"
