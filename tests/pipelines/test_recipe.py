"""Recipes: what is refused, what decides the digest, and what is printed for people to edit."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.overrides import parse_settings, recipe_with
from pipelines.recipe import RecipeError, load_recipe, shipped_recipes
from pipelines.recipe_text import annotated


@pytest.mark.parametrize("name", shipped_recipes())
def test_a_printed_recipe_is_the_recipe(name: str, tmp_path: Path) -> None:
    """`cleanplate recipe NAME > mine.yaml` that loads as something else, or not at all."""
    result = CliRunner().invoke(app, ["recipe", name])
    assert result.exit_code == 0
    (tmp_path / "mine.yaml").write_text(result.output)
    assert load_recipe(tmp_path / "mine.yaml") == load_recipe(name)


def test_a_printed_recipe_names_every_option_with_what_it_accepts() -> None:
    """An option that nobody can find, because it is only in the code."""
    recipe = load_recipe()
    text = annotated(recipe)
    for option in recipe.flat():
        assert f"{option.rpartition('.')[2]}:" in text
    assert "one of soft, hard" in text
    assert "share of the stroke width" in text


def test_awkward_values_survive_printing(tmp_path: Path) -> None:
    """Nested lists, a number that looks like text, and null, lost on the way through YAML."""
    recipe = load_recipe(None, {"detect.boxes": [[0, 0, 0.5, 1e-5]], "name": "007", "tracking.uri": None,
                                "pools": [{"stages": ["ingest"], "actors": 3}]})
    (tmp_path / "mine.yaml").write_text(annotated(recipe))
    assert load_recipe(tmp_path / "mine.yaml") == recipe


def test_the_article_recipe_says_what_the_article_says() -> None:
    """A shipped recipe that drifts from the article it claims to be."""
    recipe = load_recipe("article")
    assert (recipe.refine.alpha, recipe.refine.feather_sigma, recipe.fill.diffusion_steps) == ("soft", 2.0, 30)


@pytest.mark.parametrize(("changes", "same"), [
    ({"layout": "staged"}, True), ({"tracking.experiment": "x"}, True), ({"faults.no_progress_minutes": 1}, True),
    ({"refine.alpha": "hard"}, False), ({"seed": 1}, False), ({"output.kind": "parquet"}, False),
])
def test_the_digest_is_of_what_decides_the_output(changes: dict[str, object], same: bool) -> None:
    """A resume refused because of the layout, or one that mixes two recipes in one dataset."""
    assert (load_recipe(None, changes).digest() == load_recipe().digest()) is same


def test_settings_are_yaml_values() -> None:
    """`seed=3` that becomes text, or a list that cannot be given at all."""
    assert parse_settings(["seed=3", "refine.alpha=hard", "detect.boxes=[[1, 2, 3, 4]]", "tracking.uri=a=b"]) == {
        "seed": 3, "refine.alpha": "hard", "detect.boxes": [[1, 2, 3, 4]], "tracking.uri": "a=b"}


@pytest.mark.parametrize(("setting", "message"), [
    ("refine.alhpa=hard", "did you mean refine.alpha"), ("size=9", "detect.size"), ("refine", "section.option=value"),
    ("=3", "section.option=value"), ("seed=[1", "not YAML"), ("refine.alpha=weak", "'soft' or 'hard'"),
    ("refine.growth=-1", "refine.growth"),
])
def test_a_wrong_setting_names_itself_and_what_it_could_be(setting: str, message: str) -> None:
    """A misspelt option that is silently a default."""
    with pytest.raises(RecipeError, match=message.replace(".", r"\.")):
        recipe_with("default", [setting])


@pytest.mark.parametrize(("text", "message"), [
    ("- 1\n", "mapping"), ("a: [", "not YAML"), ("refine: 3\n", "refine"), ("nonsense: 1\n", "nonsense"),
])
def test_a_wrong_file_is_refused_with_its_reason(tmp_path: Path, text: str, message: str) -> None:
    """A recipe file of another kind that fails deep in the run."""
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(RecipeError, match=message):
        load_recipe(tmp_path / "mine.yaml")
