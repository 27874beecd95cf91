"""Write the averaged weights of a run as a folder of diffusers: fp16 safetensors, configs, and how they came about.

    python -m experiments.training.prior.export --run runs/prior

The residual's gain is chosen on held-out photographs (calibrate).
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from experiments.training.arguments import begun, export_arguments
from experiments.training.checkpoint import averaged_half
from experiments.training.holes.crops import Holes
from experiments.training.holes.gain import save_with_gain
from experiments.training.holes.held_out import held_out
from experiments.training.prior.watch import PriorWatch
from operators.detection.precision import in_bf16
from operators.models.prior import EMBEDDED, SIDE
from operators.models.prior.pipeline import PriorInpaintPipeline
from operators.models.prior.tokenizer import ResidualTokenizer
from operators.models.prior.transformer import PriorTransformer

CROPS, SEED = 192, 1
MOST_BYTES = 16 * 2**20  # of a file


def export(run: Path, folder: Path, crops: Holes) -> dict[float, float]:
    """Write the folder; returns PSNR in the hole by gain, in the precision that this CPU runs the prior in. Raises
    ValueError for weights that half precision cannot hold, or for a file above MOST_BYTES."""
    pipeline, trained = averaged(run)
    with torch.autocast("cpu", torch.bfloat16, enabled=in_bf16("auto")):
        psnr = save_with_gain(pipeline, PriorWatch(crops), folder, trained)
    for path in folder.rglob("*.safetensors"):
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"{path} has {path.stat().st_size} bytes, more than {MOST_BYTES}")
    return psnr


def averaged(run: Path) -> tuple[PriorInpaintPipeline, dict[str, float]]:
    """The averaged networks of a run's checkpoint in eval mode, rounded to half precision but held in float32; and the
    run's samples, steps and minutes. Raises ValueError when they are not finite in half precision."""
    half, trained = averaged_half(run)
    state = {name: tensor.float() for name, tensor in half.items()}
    tokenizer, transformer = ResidualTokenizer(), PriorTransformer()
    nn.ModuleDict({"tokenizer": tokenizer, "transformer": transformer}).load_state_dict(state)
    return PriorInpaintPipeline(tokenizer.eval(), transformer.eval()), trained


def main() -> None:
    parser = export_arguments(__doc__, "prior", EMBEDDED)
    parser.add_argument("--crops", type=int, default=CROPS, help="held-out crops to choose the gain on")
    args = begun(parser)
    for gain, psnr in export(args.run, args.folder, held_out(args.crops, SIDE, SEED)).items():
        print(f"gain {gain}: {psnr:.3f} dB in the hole")
    for path in sorted(args.folder.rglob("*.safetensors")):
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
