"""One HTML page that works from a file, offline: style, script and data are all inside it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

SHARED = Path(__file__).parent / "templates"  # `_page.html`, which index.html extends, and the style of all pages


def environment(templates: Path) -> Environment:
    """templates: a page's own, looked for before the shared ones."""
    made = Environment(loader=FileSystemLoader([templates, SHARED]), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)
    made.filters["count"] = lambda n: f"{n:,}"
    return made


def render_page(
    made: Environment, variables: Mapping[str, Any], *, styles: Sequence[Path], scripts: Sequence[Path],
    picture_sources: str
) -> str:
    """The page's index.html. styles: beside the shared one. picture_sources: where the page's policy lets pictures come
    from, such as "data:". variables: with `headline`, `lede` and `facts` for the head."""
    script = "\n".join(path.read_text() for path in scripts)
    return made.get_template("index.html").render(
        variables,
        style=Markup("\n".join(path.read_text() for path in (SHARED / "base.css", *styles))),
        script=Markup(script),
        script_hash=_source_hash(script),
        picture_sources=Markup(picture_sources),
    )


def _source_hash(script: str) -> str:
    """The page's policy lets only this very script run, so that no injected one can."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
