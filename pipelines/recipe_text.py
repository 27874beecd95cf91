"""A recipe as annotated YAML: every option with its value, what it does and what it accepts."""

from __future__ import annotations

import typing
from typing import Any, Literal

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipelines.recipe import Recipe

COMMENT_COLUMN = 34


def annotated(recipe: Recipe) -> str:
    """YAML text that `load_recipe` reads back as the same recipe."""
    return "\n".join(_section(recipe, "")) + "\n"


def _section(section: BaseModel, indent: str) -> list[str]:
    lines: list[str] = []
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            lines += ["", f"{indent}{name}:{_first_doc_line(value)}", *_section(value, indent + "  ")]
        else:
            plain = section.model_dump(mode="json", include={name})[name]
            lines.append(_option(f"{indent}{name}: {_yaml(plain)}", _comment(field)))
    return lines


def _option(text: str, comment: str) -> str:
    return f"{text:<{COMMENT_COLUMN - 1}} # {comment}" if comment else text


def _yaml(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=10**9, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def _first_doc_line(section: BaseModel) -> str:
    doc = type(section).__dict__.get("__doc__") or ""
    return f"  # {doc.strip().splitlines()[0]}" if doc.strip() else ""


def _comment(field: FieldInfo) -> str:
    parts = [field.description or "", _accepts(field.annotation), _bounds(field)]
    return "; ".join(part for part in parts if part)


def _accepts(annotation: Any) -> str:
    """The choices of a Literal, alone or in a union; nothing for plain types."""
    options = typing.get_args(annotation) if typing.get_origin(annotation) is not Literal else (annotation,)
    choices = [str(choice) for option in options if typing.get_origin(option) is Literal
               for choice in typing.get_args(option)]
    if len(choices) < 2:
        return ""
    return "one of " + ", ".join(choices)


def _bounds(field: FieldInfo) -> str:
    signs = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "multiple_of": "a multiple of"}
    found = [f"{sign} {getattr(rule, name):g}" for rule in field.metadata for name, sign in signs.items()
             if getattr(rule, name, None) is not None]
    return " and ".join(found)
