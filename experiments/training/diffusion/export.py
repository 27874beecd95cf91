"""Write the averaged weights of a run as a folder of diffusers: fp16 safetensors and JSON.

    python -m experiments.training.diffusion.export --run runs/diffusion

The gain of the mean residual at temperature 0 is chosen on held-out photographs (calibrate).
"""

from __future__ import annotations

from pathlib import Path

from experiments.training.arguments import begun, export_arguments
from experiments.training.checkpoint import averaged_half
from experiments.training.diffusion.watch import DiffusionWatch
from experiments.training.holes.gain import save_with_gain
from experiments.training.holes.held_out import held_out
from operators.models.diffusion import EMBEDDED
from operators.models.diffusion.network import ResidualUNet
from operators.models.diffusion.pipeline import ResidualInpaintPipeline
from operators.models.diffusion.schedule import zero_snr_scheduler

SEED = 1  # of the held-out crops: others than those whose curves were looked at


def averaged(run: Path) -> tuple[ResidualUNet, dict[str, float]]:
    """The network with the averaged weights of a run, rounded to half precision and held in float32; and the run's
    samples, steps and minutes. Raises ValueError when they are not finite in half precision."""
    half, trained = averaged_half(run)
    network = ResidualUNet.from_config(ResidualUNet.load_config(run))
    network.load_state_dict({name: tensor.float() for name, tensor in half.items()})
    return network.eval(), trained


def export(run: Path, folder: Path, watch: DiffusionWatch) -> dict[float, float]:
    """Write the folder; returns the PSNR of every gain. The best one is in model_index.json, all in training.json."""
    network, trained = averaged(run)
    return save_with_gain(ResidualInpaintPipeline(network, zero_snr_scheduler()), watch, folder, trained)


def main() -> None:
    parser = export_arguments(__doc__, "diffusion", EMBEDDED)
    parser.add_argument("--held-out", type=int, default=256, help="crops to choose the gain on")
    args = begun(parser)
    side = int(ResidualUNet.load_config(args.run)["side"])
    found = export(args.run, args.folder, DiffusionWatch(held_out(args.held_out, side, SEED)))
    size = sum(path.stat().st_size for path in args.folder.rglob("*.safetensors"))
    print(f"{size} bytes in {args.folder}; PSNR in the hole at temperature 0 by gain: "
          + ", ".join(f"{gain:g} {value:.3f} dB" for gain, value in found.items()))


if __name__ == "__main__":
    main()
