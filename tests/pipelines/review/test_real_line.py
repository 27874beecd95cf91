"""Paths as the stages of the line really write them, read by what counts and lists them."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from cluster.sinks.gate import trips
from cluster.sinks.rows import region_note
from operators.record import ImageRecord
from operators.stage import Line
from pipelines.line import build_stages
from pipelines.recipe import load_recipe
from pipelines.review.concerns import concerns
from tests.operators.verify.fakes import Says
from tests.pipelines.report.made_up import encoded, photo

HARMONIC = {"detect.model": "none", "fill.prior": "harmonic", "fill.diffusion": "harmonic"}


def cleaned(risk: float) -> ImageRecord:
    """A photograph with a hole from a mask, through the whole line, judged by a verifier that always says the same."""
    mask = np.zeros((160, 240), np.uint8)
    mask[60:84, 40:160] = 255
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG")
    stages = build_stages(load_recipe(None, HARMONIC))
    for stage in stages.values():
        if hasattr(stage, "verifier"):
            stage.verifier = Says(risk, "halo")
    record = ImageRecord(key="a", name="a.png", image=encoded(photo()[80:240, 100:340].copy()),
                         members=[("a.mask.png", buffer.getvalue())])
    Line(list(stages.values()))([record])
    assert record.error == ""
    return record


@pytest.mark.parametrize(("risk", "end", "kinds"), [(0.9, "left", ["halo"]), (0.1, "passed", [])])
def test_counts_and_worklist_speak_the_language_of_the_stages(risk: float, end: str, kinds: list[str]) -> None:
    """Catches a step or a score that was renamed in one place: nothing would be counted, or listed, any more."""
    record = cleaned(risk)
    assert record.verdict == ("fail" if kinds else "pass")
    (way,) = trips(record.regions)
    assert way.split(" → ")[-1] == end
    notes = json.loads(json.dumps([region_note(r) for r in record.regions]))
    assert [concern.kind for concern in concerns(notes, max_doubt=0.5)] == kinds
