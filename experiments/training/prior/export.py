"""Write the averaged weights of a run as a folder of diffusers: fp16 safetensors, configs, and how they came about.

    python -m experiments.training.prior.export --run runs/prior

The residual's gain is chosen on held-out photographs (calibrate), so that the expectation can only gain over the
harmonic base; a gain of 0 says that the weights are of no use.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import torch
from torch import nn

from experiments.training.checkpoint import averaged_half
from experiments.training.holes.crops import Holes
from experiments.training.holes.held_out import held_out
from experiments.training.prior.watch import Watch, measured
from operators.detection.precision import in_bf16
from operators.models.embedded import weights_folder
from operators.models.prior import EMBEDDED, SIDE
from operators.models.prior.pipeline import PriorInpaintPipeline
from operators.models.prior.tokenizer import ResidualTokenizer
from operators.models.prior.transformer import PriorTransformer

GAINS = (0.0, 0.25, 0.5, 0.75, 1.0)
CROPS, SEED = 192, 1
MOST_BYTES = 16 * 2**20  # of a file
TRAINING = "training.json"


def export(run: Path, folder: Path, crops: Holes) -> dict[str, float]:
    """Write the folder; returns PSNR in the hole by gain. Raises ValueError for weights that half precision cannot
    hold, or for a file above MOST_BYTES."""
    pipeline, trained = averaged(run)
    psnr = psnr_by_gain(pipeline, crops)
    pipeline.register_to_config(gain=max(GAINS, key=lambda gain: psnr[str(gain)]))
    pipeline.tokenizer.half()
    pipeline.transformer.half()
    pipeline.save_pretrained(folder)
    written = trained | {"psnr_by_gain": {gain: round(value, 3) for gain, value in psnr.items()}}
    (folder / TRAINING).write_text(json.dumps(written, indent=2) + "\n")
    for path in folder.rglob("*.safetensors"):
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"{path} has {path.stat().st_size} bytes, more than {MOST_BYTES}")
    return psnr


def averaged(run: Path) -> tuple[PriorInpaintPipeline, dict[str, Any]]:
    """The averaged networks of a run's checkpoint in eval mode, rounded to half precision but held in float32; and the
    run's samples, steps and minutes. Raises ValueError when they are not finite in half precision."""
    half, trained = averaged_half(run)
    state = {name: tensor.float() for name, tensor in half.items()}
    tokenizer, transformer = ResidualTokenizer(), PriorTransformer()
    nn.ModuleDict({"tokenizer": tokenizer, "transformer": transformer}).load_state_dict(state)
    return PriorInpaintPipeline(tokenizer.eval(), transformer.eval()), trained


def psnr_by_gain(pipeline: PriorInpaintPipeline, crops: Holes) -> dict[str, float]:
    """Mean PSNR in the hole at temperature 0 by gain, dB, in the precision that this CPU runs the prior in."""
    watch, found = Watch(crops), dict[str, float]()
    for gain in GAINS:
        pipeline.register_to_config(gain=gain)
        with torch.autocast("cpu", torch.bfloat16, enabled=in_bf16("auto")):
            found[str(gain)] = measured(watch.filled(pipeline, 0.0), watch.views).psnr
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("runs/prior"))
    parser.add_argument("--folder", type=Path, default=weights_folder(EMBEDDED), help="where to write the weights")
    parser.add_argument("--crops", type=int, default=CROPS, help="held-out crops to choose the gain on")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    for gain, psnr in export(args.run, args.folder, held_out(args.crops, SIDE, SEED)).items():
        print(f"gain {gain}: {psnr:.3f} dB in the hole")
    for path in sorted(args.folder.rglob("*.safetensors")):
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
