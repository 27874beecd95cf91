"""Train the diffusion inpainter on views with holes, or go on from weights.

    python -m experiments.training.views.render --photos PHOTOS/train --fonts FONTS --views runs/views
    python -m experiments.training.diffusion.train --views runs/views --run runs/diffusion --minutes 70
    python -m experiments.training.diffusion.train --views runs/views --run runs/more --minutes 30 \\
        --init-from operators/models/weights/diffusion --peak 2e-4

Run again with the same --run folder to resume. RUN/loss.csv holds the curves of training and of held-out crops;
--track sends them to MLflow too. `experiments.training.diffusion.export` writes the weights.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from experiments.training import loop
from experiments.training.arguments import add_hole_arguments, begun, training_arguments
from experiments.training.checkpoint import Progress
from experiments.training.curves import Curves
from experiments.training.diffusion.columns import COLUMNS
from experiments.training.diffusion.loss import diffusion_loss, draw
from experiments.training.diffusion.rows import rows_of
from experiments.training.diffusion.watch import DiffusionWatch
from experiments.training.holes.pace import Pace
from experiments.training.holes.source import Opened, source_of, watched_crops
from experiments.training.holes.views import Views
from experiments.training.track import Track, tracked
from experiments.training.trainer import Trainer
from operators.models.diffusion.network import SIDE, ResidualUNet
from operators.models.diffusion.pipeline import ResidualInpaintPipeline
from operators.models.diffusion.schedule import zero_snr_scheduler

PEAK, BATCH = 1e-3, 16
# For this share of the time crops are small: on the same CPU seconds the network learns more from them, whichever size
# it is measured at.
SMALL, SMALL_SHARE = 64, 0.7
_LOG_STEPS = 50


class DiffusionTrainer(Trainer[ResidualUNet, Views]):
    """Of the network of the diffusion inpainter."""

    def __init__(self, network: ResidualUNet, peak: float, device: str) -> None:
        super().__init__(network, peak, device, clip=1.0)
        self.scheduler = zero_snr_scheduler()
        self.random = torch.Generator(device)  # so much noise is drawn where it is needed

    @property
    def side(self) -> int:
        return int(self.network.config["side"])

    def loss(self, batch: Views, share: float) -> tuple[Tensor, dict[str, float]]:
        """The loss of a batch and its terms."""
        rows = rows_of(batch.to(self.device), self.network.config["residual_scale"])
        drawn = draw(len(batch.truth), batch.truth.shape[-1], self.random)
        with torch.autocast(self.device, torch.bfloat16):
            return diffusion_loss(self.network, rows, drawn, self.scheduler.alphas_cumprod)

    def averaged(self) -> ResidualInpaintPipeline:
        """A pipeline with the averaged weights."""
        network = ResidualUNet.from_config(self.network.config)
        network.load_state_dict(self.average.state)
        network = network.eval().to(self.device, memory_format=torch.channels_last)
        return ResidualInpaintPipeline(network, zero_snr_scheduler())

    def look(self, watch: DiffusionWatch) -> dict[str, float]:
        """The averaged network on the held-out crops."""
        with torch.autocast(self.device, torch.bfloat16):
            return watch.measure(self.averaged())


def crop_size(share: float, side: int, count: int, small_share: float = SMALL_SHARE) -> tuple[int, int]:
    """(px of the crops, crops of a batch) after that share 0..1 of the time, for a network of views of `side`. count:
    crops of a batch while they are small, then about as many pixels."""
    if share < small_share or side <= SMALL:
        return min(SMALL, side), count
    return side, max(round(count * (SMALL / side) ** 2), 1)


def train(opened: Opened, run: Path, pace: Pace, trainer: DiffusionTrainer, watch: DiffusionWatch,
          track: Track | None = None) -> Progress:
    """Train until the run's total time, looks at the held-out crops included, is over."""
    progress, look = trainer.resume(run), partial(trainer.look, watch)
    curves = Curves(run / "loss.csv", COLUMNS, _LOG_STEPS, look, pace.watch_every, track)
    with opened(progress.step) as source:

        def supply(share: float) -> tuple[Views, int]:
            size, count = crop_size(share, trainer.side, pace.count, pace.small_share)
            return source.get(size, count), count

        loop.train(trainer, supply, run, pace.minutes, progress, curves)
    curves.write(progress, look())
    return progress


def new_network(side: int, init_from: Path | None) -> ResidualUNet:
    """A fresh network, or that of a folder that `export` wrote."""
    if init_from is None:
        return ResidualUNet(side=side)
    network = ResidualInpaintPipeline.from_folder(str(init_from)).network
    network.register_to_config(side=side)
    return network


def main() -> None:
    parser = training_arguments(__doc__, "diffusion", 70.0, PEAK)
    add_hole_arguments(parser, BATCH, watch_every=1000, held_out=64)
    parser.add_argument("--small-share", type=float, default=SMALL_SHARE, help="of the time: crops are small")
    parser.add_argument("--side", type=int, default=SIDE, help="px of the views it will fill")
    args = begun(parser)
    args.run.mkdir(parents=True, exist_ok=True)
    trainer = DiffusionTrainer(new_network(args.side, args.init_from), args.peak, args.device)
    trainer.network.save_config(args.run)
    pace = Pace(args.minutes, args.batch, args.watch_every, args.predicted, args.small_share)
    with tracked(args.run, args.track, vars(args)) as track:
        train(source_of(args, pace), args.run, pace, trainer, DiffusionWatch(watched_crops(args, args.side)), track)


if __name__ == "__main__":
    main()
