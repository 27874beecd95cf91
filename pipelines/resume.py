"""Whether OUT was started by this very job: resuming under another recipe or input would mix two datasets."""

from __future__ import annotations

import yaml

from cluster.plan import Plan
from cluster.storage import Storage
from pipelines.recipe import Recipe, flatten, load_recipe

RECIPE_FILE = "_recipe.yaml"


def write_recipe(storage: Storage, recipe: Recipe) -> None:
    """Keep the whole recipe, defaults included, beside the output."""
    storage.write(RECIPE_FILE, yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False).encode())


def check_same_recipe(storage: Storage, recipe: Recipe) -> None:
    """Raises `ValueError` naming every option that decides the output and differs from the kept recipe."""
    kept = load_recipe(yaml.safe_load(storage.read(RECIPE_FILE)))
    if kept.digest() == recipe.digest():
        return
    before, now = flatten(kept.deciding()), flatten(recipe.deciding())
    changes = [f"  {name}: {before.get(name)!r} then, {now.get(name)!r} now"
               for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
    raise ValueError(
        f"{storage.address} was started with another recipe:\n" + "\n".join(changes) + "\n"
        f"Resume with `--recipe {storage.address}/{RECIPE_FILE}`, or write to another folder."
    )


def check_same_input(kept: Plan, fresh: Plan) -> None:
    """Raises `ValueError` when the input lists differently from when OUT was planned."""
    if kept.digest == fresh.digest:
        return
    raise ValueError(
        f"the input is not the one this output was planned for: {kept.image_count} images then (digest {kept.digest}), "
        f"{fresh.image_count} now (digest {fresh.digest}). Restore the input, or write to another folder."
    )
