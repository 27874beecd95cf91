"""Train the diffusion inpainter on views with holes, or go on from weights.

    python -m experiments.training.views.render --photos PHOTOS/train --fonts FONTS --views runs/views
    python -m experiments.training.diffusion.train --views runs/views --run runs/diffusion --minutes 70
    python -m experiments.training.diffusion.train --views runs/views --run runs/more --minutes 30 \\
        --init-from operators/models/weights/diffusion --peak 2e-4

Run again with the same --run folder to resume. RUN/loss.csv holds the curves of training and of held-out crops;
--track sends them to MLflow too. `experiments.training.diffusion.export` writes the weights.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from experiments.training.average import Average
from experiments.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from experiments.training.curves import Curves
from experiments.training.diffusion.columns import COLUMNS
from experiments.training.diffusion.loss import diffusion_loss, draw
from experiments.training.diffusion.rows import rows_of
from experiments.training.diffusion.watch import Watch
from experiments.training.holes.crops import Holes, batch, cut_hole
from experiments.training.holes.held_out import held_out
from experiments.training.holes.predicted import product_holes
from experiments.training.schedule import learning_rate
from experiments.training.track import Track
from experiments.training.views.feed import Feed
from experiments.training.views.view import View
from operators.models.diffusion.network import SIDE, ResidualUNet
from operators.models.diffusion.pipeline import ResidualInpaintPipeline
from operators.models.diffusion.schedule import zero_snr_scheduler

PEAK, BATCH = 1e-3, 16
# For this share of the time crops are small: on the same CPU seconds the network learns more from them, whichever size
# it is measured at.
SMALL, SMALL_SHARE = 64, 0.7
_CHECKPOINT_SECONDS, _LOG_STEPS = 120.0, 50


@dataclass(frozen=True)
class Pace:
    """minutes: of training, over all starts. count: crops of a batch while they are small, then about as many pixels.
    watch_every: steps between looks at the held-out crops. predicted: share of overlay holes cut as the product's own
    segmenter sees the overlay."""

    minutes: float
    count: int = BATCH
    watch_every: int = 1000
    predicted: float = 0.0

    def cut(self) -> Callable[[View, int, np.random.Generator], Holes]:
        """What cuts crops for the feed."""
        return product_holes(self.predicted) if self.predicted else cut_hole

    def crops(self, share: float, side: int) -> tuple[int, int]:
        """(px of the crops, crops of a batch) after that share 0..1 of the time, for a network of views of `side`."""
        if share < SMALL_SHARE or side <= SMALL:
            return min(SMALL, side), self.count
        return side, max(round(self.count * (SMALL / side) ** 2), 1)


class Trainer:
    """The network, its average and optimizer; `step` takes one batch."""

    def __init__(self, network: ResidualUNet, peak: float, device: str) -> None:
        self.network = network.train().to(device, memory_format=torch.channels_last)  # type: ignore[arg-type]
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=peak, weight_decay=1e-3, betas=(0.9, 0.99))
        self.average = Average(self.network)
        self.scheduler, self.random = zero_snr_scheduler(), torch.Generator().manual_seed(0)
        self.peak, self.device = peak, device

    @property
    def side(self) -> int:
        return int(self.network.config["side"])

    def step(self, crops: Holes, share: float) -> dict[str, float]:
        """The terms of the loss before the update."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(share, self.peak)
        rows = rows_of(crops, self.network.config["residual_scale"], self.device)
        drawn = draw(len(crops.truth), crops.truth.shape[1], self.random)
        with torch.autocast(self.device, torch.bfloat16):
            loss, terms = diffusion_loss(self.network, rows, drawn, self.scheduler.alphas_cumprod)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.average.update(self.network)
        return terms

    def averaged(self) -> ResidualInpaintPipeline:
        """A pipeline with the averaged weights."""
        network = ResidualUNet.from_config(self.network.config)
        network.load_state_dict(self.average.state)
        network = network.eval().to(self.device, memory_format=torch.channels_last)
        return ResidualInpaintPipeline(network, zero_snr_scheduler())

    def look(self, watch: Watch) -> dict[str, float]:
        """The averaged network on the held-out crops."""
        with torch.autocast(self.device, torch.bfloat16):
            return watch.measure(self.averaged())


def train(views: Path, run: Path, pace: Pace, trainer: Trainer, watch: Watch, track: Track | None = None) -> Progress:
    """Train until the run's total time, looks at the held-out crops included, is over."""
    progress = load_checkpoint(run, trainer.network, trainer.average, trainer.optimizer)
    trainer.average.state = {n: t.to(trainer.device) for n, t in trainer.average.state.items()}
    trainer.random.manual_seed(progress.step)
    before, start = progress.seconds, time.monotonic()
    saved, curves = start, Curves(run / "loss.csv", COLUMNS, track)
    with Feed(views, progress.step, pace.cut()) as feed:
        while progress.seconds < pace.minutes * 60:
            share = progress.seconds / (pace.minutes * 60)
            crops = batch(feed.get(*pace.crops(share, trainer.side)))
            curves.add(trainer.step(crops, share))
            progress.step, progress.samples = progress.step + 1, progress.samples + len(crops.truth)
            progress.seconds = before + time.monotonic() - start
            if progress.step % pace.watch_every == 0:
                curves.write(progress, trainer.look(watch))
            elif progress.step % _LOG_STEPS == 0:
                curves.write(progress)
            if time.monotonic() - saved > _CHECKPOINT_SECONDS:
                save_checkpoint(run, trainer.network, trainer.average, trainer.optimizer, progress)
                saved = time.monotonic()
    save_checkpoint(run, trainer.network, trainer.average, trainer.optimizer, progress)
    curves.write(progress, trainer.look(watch))
    return progress


def new_network(side: int, init_from: Path | None) -> ResidualUNet:
    """A fresh network, or that of a folder that `export` wrote."""
    if init_from is None:
        return ResidualUNet(side=side)
    network = ResidualInpaintPipeline.from_folder(str(init_from)).network
    network.register_to_config(side=side)
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, default=Path("runs/views"), help="shards of training.views.render")
    parser.add_argument("--run", type=Path, default=Path("runs/diffusion"), help="checkpoints and curves")
    parser.add_argument("--minutes", type=float, default=70.0, help="total training time, over all starts")
    parser.add_argument("--init-from", type=Path, help="a folder of weights to go on from")
    parser.add_argument("--peak", type=float, default=PEAK, help="highest learning rate")
    parser.add_argument("--batch", type=int, default=BATCH, help="crops of a step, while they are small")
    parser.add_argument("--side", type=int, default=SIDE, help="px of the views it will fill")
    parser.add_argument("--predicted", type=float, default=0.5, help="share of overlay holes that the product's own "
                        "segmenter predicts; the rest are true")
    parser.add_argument("--watch-every", type=int, default=1000, help="steps between looks at the held-out crops")
    parser.add_argument("--held-out", type=int, default=64, help="crops of the calibrate photographs")
    parser.add_argument("--track", action="store_true", help="also log to MLflow")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(0)
    args.run.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(new_network(args.side, args.init_from), args.peak, args.device)
    trainer.network.save_config(args.run)
    track = Track(args.run, vars(args)) if args.track else None
    watch = Watch(held_out(args.held_out, args.side))
    pace = Pace(args.minutes, args.batch, args.watch_every, args.predicted)
    progress = train(args.views, args.run, pace, trainer, watch, track)
    if track is not None:
        track.close()
    print(f"done: {progress.samples} crops in {progress.seconds / 60:.1f} minutes, {args.run / 'loss.csv'}")


if __name__ == "__main__":
    main()
