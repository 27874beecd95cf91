"""Train the overlay segmenter on rendered views, or go on from weights.

    python -m experiments.training.views.render --photos PHOTOS/train --fonts FONTS --views runs/views
    python -m experiments.training.matte.train --views runs/views --minutes 100
    python -m experiments.training.matte.train --views runs/views --run runs/composed --minutes 25 \\
        --init-from WEIGHTS --peak 4e-4 --through-composition

Run again with the same --run folder to resume. `experiments.training.matte.export` writes the weight file.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from experiments.training.average import Average
from experiments.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from experiments.training.matte.crops import Crops, batch, crop
from experiments.training.matte.loss import Truth, Weights, segmenter_loss
from experiments.training.schedule import learning_rate
from experiments.training.views.feed import Feed
from operators.models.segmenter import OverlaySegmenter, inputs

PEAK = 2e-3
STAGES = ((0.55, 192, 10), (0.85, 256, 6), (1.01, 384, 3))  # up to this share of the time: crop size, batch size
_CHECKPOINT_SECONDS, _LOG_STEPS = 120.0, 50


class Trainer:
    """The network, its average and optimizer; `step` takes one batch."""

    def __init__(self, weights: Weights, peak: float, device: str, init_from: Path | None) -> None:
        self.network = OverlaySegmenter()
        if init_from is not None:
            start_from(self.network, init_from)
        self.network = self.network.train().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=peak, weight_decay=1e-3, betas=(0.9, 0.99))
        self.average = Average(self.network)
        self.weights, self.peak, self.device = weights, peak, device

    def step(self, crops: Crops, share: float) -> dict[str, float]:
        """The terms of the loss before the update."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(share, self.peak)
        truth, probability = self._tensors(crops)
        x = inputs(truth.image, probability).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device, torch.bfloat16):
            coverage, alpha, colour = self.network(x)
        loss, terms = segmenter_loss(coverage.float(), alpha.float(), colour.float(), truth, self.weights)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.average.update(self.network)
        return terms

    def _tensors(self, crops: Crops) -> tuple[Truth, Tensor]:
        image, clean, colour = (torch.from_numpy(x).to(self.device).permute(0, 3, 1, 2).float() / 255
                                for x in (crops.image, crops.clean, crops.colour))
        alpha, probability = (torch.from_numpy(x).to(self.device)[:, None].float() / 255
                              for x in (crops.alpha, crops.probability))
        return Truth(image, clean, colour, alpha), probability


def start_from(network: nn.Module, path: Path) -> None:
    """Load a weight file that `export` wrote. Raises ValueError when it is of another network."""
    state = {name: tensor.float() for name, tensor in load_file(path).items()}
    missing, unknown = network.load_state_dict(state, strict=False)
    if unknown or any(not name.endswith("num_batches_tracked") for name in missing):
        raise ValueError(f"{path} holds weights of another network: {missing[:3]} missing, {unknown[:3]} unknown")


def train(views: Path, run: Path, minutes: float, trainer: Trainer) -> Progress:
    """Train until the run's total time is `minutes`; log the terms of the loss to RUN/loss.csv."""
    run.mkdir(parents=True, exist_ok=True)
    progress = load_checkpoint(run, trainer.network, trainer.average, trainer.optimizer)
    before, start = progress.seconds, time.monotonic()
    saved, sums = start, dict[str, float]()
    with Feed(views, progress.step, crop) as feed, (run / "loss.csv").open("a", newline="") as file:
        log = csv.writer(file)
        while progress.seconds < minutes * 60:
            share = progress.seconds / (minutes * 60)
            size, count = next((size, count) for until, size, count in STAGES if share < until)
            crops = batch(feed.get(size, count))
            for name, value in trainer.step(crops, share).items():
                sums[name] = sums.get(name, 0.0) + value / _LOG_STEPS
            progress.step, progress.samples = progress.step + 1, progress.samples + len(crops.image)
            progress.seconds = before + time.monotonic() - start
            if progress.step % _LOG_STEPS == 0:
                row = [progress.step, progress.samples, round(progress.seconds), *(round(v, 4) for v in sums.values())]
                log.writerow(row)
                file.flush()
                print(*row, flush=True)
                sums = {}
            if time.monotonic() - saved > _CHECKPOINT_SECONDS:
                save_checkpoint(run, trainer.network, trainer.average, trainer.optimizer, progress)
                saved = time.monotonic()
    save_checkpoint(run, trainer.network, trainer.average, trainer.optimizer, progress)
    return progress


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, default=Path("runs/views"), help="shards of training.views.render")
    parser.add_argument("--run", type=Path, default=Path("runs/matte"), help="checkpoints and loss curve")
    parser.add_argument("--minutes", type=float, default=100.0, help="total training time, over all starts")
    parser.add_argument("--init-from", type=Path, help="a weight file to go on from")
    parser.add_argument("--peak", type=float, default=PEAK, help="highest learning rate")
    parser.add_argument("--through-composition", action="store_true", help="also the loss of the un-blended picture")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    weights = Weights(unblend=6.0) if args.through_composition else Weights()
    progress = train(args.views, args.run, args.minutes, Trainer(weights, args.peak, args.device, args.init_from))
    print(f"done: {progress.samples} crops in {progress.seconds / 60:.1f} minutes, {args.run / 'loss.csv'}")


if __name__ == "__main__":
    main()
