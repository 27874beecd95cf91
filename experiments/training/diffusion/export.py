"""Write the averaged weights of a run as a folder of diffusers: fp16 safetensors and JSON.

    python -m experiments.training.diffusion.export --run runs/diffusion

Chooses, on held-out crops of the calibrate photographs, the gain of the mean residual at temperature 0: the one of
GAINS with the highest PSNR in the holes. 0 is among them, and is the harmonic fill itself.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import torch

from experiments.training.checkpoint import averaged_half
from experiments.training.diffusion.watch import Watch, measured
from experiments.training.holes.held_out import held_out
from operators.models.diffusion import EMBEDDED
from operators.models.diffusion.network import ResidualUNet
from operators.models.diffusion.pipeline import ResidualInpaintPipeline
from operators.models.diffusion.schedule import zero_snr_scheduler
from operators.models.embedded import weights_folder

GAINS = (0.0, 0.25, 0.5, 0.75, 1.0)
SEED = 1  # of the held-out crops: others than those whose curves were looked at


def averaged(run: Path) -> tuple[ResidualUNet, dict[str, float]]:
    """The network with the averaged weights of a run, rounded to half precision and held in float32; and the run's
    samples, steps and minutes. Raises ValueError when they are not finite in half precision."""
    half, trained = averaged_half(run)
    network = ResidualUNet.from_config(ResidualUNet.load_config(run))
    network.load_state_dict({name: tensor.float() for name, tensor in half.items()})
    return network.eval(), trained


def gains(pipeline: ResidualInpaintPipeline, watch: Watch) -> dict[float, float]:
    """PSNR in the hole, dB, at temperature 0 for each of GAINS."""
    found = {}
    for gain in GAINS:
        pipeline.register_to_config(mean_gain=gain)
        found[gain] = measured(watch.filled(pipeline, 0.0), watch.truth, watch.hole).psnr
    return found


def export(run: Path, folder: Path, watch: Watch) -> dict[float, float]:
    """Write the folder; returns the PSNR of every gain. The best one is in model_index.json, all in training.json."""
    network, trained = averaged(run)
    pipeline = ResidualInpaintPipeline(network, zero_snr_scheduler())
    found = gains(pipeline, watch)
    pipeline.register_to_config(mean_gain=max(found, key=lambda gain: found[gain]))
    network.half()
    pipeline.save_pretrained(folder, safe_serialization=True)
    note = trained | {"psnr_by_gain": {str(gain): round(value, 3) for gain, value in found.items()}}
    (folder / "training.json").write_text(json.dumps(note, indent=2) + "\n")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("runs/diffusion"))
    parser.add_argument("--folder", type=Path, default=weights_folder(EMBEDDED), help="where to write the weights")
    parser.add_argument("--held-out", type=int, default=256, help="crops to choose the gain on")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    side = int(ResidualUNet.load_config(args.run)["side"])
    found = export(args.run, args.folder, Watch(held_out(args.held_out, side, SEED)))
    size = sum(path.stat().st_size for path in args.folder.rglob("*.safetensors"))
    print(f"{size} bytes in {args.folder}; PSNR in the hole at temperature 0 by gain: "
          + ", ".join(f"{gain:g} {value:.3f} dB" for gain, value in found.items()))


if __name__ == "__main__":
    main()
