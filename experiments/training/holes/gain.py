"""Folders of diffusers, with the residual's gain chosen on held-out crops, so that it can only gain over the harmonic
base: a gain of 0 is that base, and says that the weights are of no use."""

from __future__ import annotations

import json
from pathlib import Path

from torch import nn

from experiments.training.holes.watch import Pipeline, Watch

GAINS = (0.0, 0.25, 0.5, 0.75, 1.0)
TRAINING = "training.json"


def save_with_gain(pipeline: Pipeline, watch: Watch[Pipeline], folder: Path,
                   trained: dict[str, float]) -> dict[float, float]:
    """Write the pipeline's folder in half precision, with the gain of GAINS that has the highest PSNR in the hole at
    temperature 0; returns that PSNR, dB, by gain. It is in training.json too, beside `trained`."""
    psnr = {gain: watch.expected(pipeline, gain).psnr for gain in GAINS}
    pipeline.register_to_config(**{watch.option: max(GAINS, key=lambda gain: psnr[gain])})
    for part in pipeline.components.values():
        if isinstance(part, nn.Module):
            part.half()
    pipeline.save_pretrained(folder)
    note = trained | {"psnr_by_gain": {str(gain): round(value, 3) for gain, value in psnr.items()}}
    (folder / TRAINING).write_text(json.dumps(note, indent=2) + "\n")
    return psnr
