"""`--set section.option=value`: single options laid over a recipe from the command line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import yaml

from pipelines.recipe import Recipe, RecipeError, load_recipe


def recipe_with(source: str, settings: Sequence[str]) -> Recipe:
    """The named recipe with the settings laid over it. Raises `RecipeError`."""
    return load_recipe(source, parse_settings(settings))


def parse_settings(settings: Sequence[str]) -> dict[str, Any]:
    """["refine.alpha=hard", "seed=3"] → {"refine.alpha": "hard", "seed": 3}; values are YAML."""
    overrides: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name.strip():
            raise RecipeError(f"--set {setting}: write it as section.option=value, for instance refine.alpha=hard")
        _check_name(name.strip())
        try:
            overrides[name.strip()] = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise RecipeError(f"--set {setting}: the value is not YAML ({str(error).splitlines()[0]})") from error
    return overrides


def _check_name(name: str) -> None:
    known = list(Recipe().flat())
    sections = {option.rpartition(".")[0] for option in known}
    if name in known or name in sections:
        return
    near = difflib.get_close_matches(name, known, n=2, cutoff=0.7)
    near = near or [option for option in known if option.rpartition(".")[2] == name.rpartition(".")[2]]
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise RecipeError(f"--set: no option {name!r} in a recipe\n{hint}`cleanplate recipe default` prints all of them")
