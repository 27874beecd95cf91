"""Whether OUT was started by this very job: resuming under another recipe or input would mix two datasets."""

from __future__ import annotations

import hashlib
import json

import yaml

from cluster.plan import Plan
from cluster.storage import Storage
from pipelines.recipe import Recipe, flatten, load_recipe

RECIPE_FILE = "_recipe.yaml"
MARKS_FILE = "_marks.json"  # only for recipes with marks: sha256 of every mark file


def write_recipe(storage: Storage, recipe: Recipe) -> None:
    """Keep the whole recipe, defaults included, beside the output, and what its mark files held."""
    if recipe.marks:
        storage.write(MARKS_FILE, json.dumps(_mark_digests(recipe), indent=2).encode())
    storage.write(RECIPE_FILE, yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False).encode())


def _mark_digests(recipe: Recipe) -> dict[str, str]:
    from pipelines.marks import read_mark_files

    return {name: hashlib.sha256(data).hexdigest() for name, data in read_mark_files(recipe.marks)}


def check_same_recipe(storage: Storage, recipe: Recipe) -> None:
    """Raises `ValueError` naming every option that decides the output and differs from the kept recipe, and every mark
    file that holds something else now."""
    kept = load_recipe(yaml.safe_load(storage.read(RECIPE_FILE)))
    if kept.digest() == recipe.digest():
        _check_same_marks(storage, recipe)
        return
    before, now = flatten(kept.deciding()), flatten(recipe.deciding())
    changes = [f"  {name}: {before.get(name)!r} then, {now.get(name)!r} now"
               for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
    raise ValueError(
        f"{storage.address} was started with another recipe:\n" + "\n".join(changes) + "\n"
        f"Resume with `--recipe {storage.address}/{RECIPE_FILE}`, or write to another folder."
    )


def _check_same_marks(storage: Storage, recipe: Recipe) -> None:
    if not recipe.marks:
        return
    kept, now = json.loads(storage.read(MARKS_FILE)), _mark_digests(recipe)
    changed = sorted(name for name in kept.keys() | now.keys() if kept.get(name) != now.get(name))
    if changed:
        raise ValueError(f"{storage.address} was started with other marks: {', '.join(changed)} changed since. "
                         "Restore them, or write to another folder.")


def check_same_input(kept: Plan, fresh: Plan) -> None:
    """Raises `ValueError` when the input lists differently from when OUT was planned."""
    if kept.digest == fresh.digest:
        return
    raise ValueError(
        f"the input is not the one this output was planned for: {kept.image_count} images then (digest {kept.digest}), "
        f"{fresh.image_count} now (digest {fresh.digest}). Restore the input, or write to another folder."
    )
