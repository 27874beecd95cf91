"""Train the overlay segmenter on rendered views, or go on from weights.

    python -m experiments.training.views.render --photos PHOTOS/train --fonts FONTS --views runs/views
    python -m experiments.training.matte.train --views runs/views --minutes 100
    python -m experiments.training.matte.train --views runs/views --run runs/composed --minutes 25 \\
        --init-from WEIGHTS --peak 4e-4 --through-composition

Run again with the same --run folder to resume. `experiments.training.matte.export` writes the weight file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from experiments.training import loop
from experiments.training.arguments import add_view_arguments, begun, training_arguments
from experiments.training.checkpoint import Progress
from experiments.training.curves import Curves
from experiments.training.matte.crops import Crops, batch, crop
from experiments.training.matte.loss import Truth, Weights, segmenter_loss
from experiments.training.trainer import Trainer
from experiments.training.views.feeds import feed_of
from experiments.training.weights import start_from
from operators.models.segmenter import OverlaySegmenter, inputs

PEAK = 2e-3
STAGES = ((0.55, 192, 10), (0.85, 256, 6), (1.01, 384, 3))  # up to this share of the time: crop size, batch size
CONTINUED = ((0.6, 256, 6), (1.01, 384, 3))  # the same when the weights are there already: marks are seen whole
COLUMNS = ("step", "samples", "seconds", "coverage", "dice", "alpha", "edges", "colour", "recompose")


class MatteTrainer(Trainer[OverlaySegmenter, Crops]):
    """Of the segmenter, fresh or from a weight file."""

    def __init__(self, weights: Weights, peak: float, device: str, init_from: Path | None) -> None:
        network = OverlaySegmenter()
        if init_from is not None:
            start_from(network, init_from)
        super().__init__(network, peak, device)
        self.weights = weights

    def loss(self, batch: Crops, share: float) -> tuple[Tensor, dict[str, float]]:
        """The loss of a batch and its terms."""
        truth, probability = self._tensors(batch)
        x = inputs(truth.image, probability).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device, torch.bfloat16):
            coverage, alpha, colour = self.network(x)
        return segmenter_loss(coverage.float(), alpha.float(), colour.float(), truth, self.weights)

    def _tensors(self, crops: Crops) -> tuple[Truth, Tensor]:
        image, clean, colour = (torch.from_numpy(x).to(self.device).permute(0, 3, 1, 2).float() / 255
                                for x in (crops.image, crops.clean, crops.colour))
        alpha, probability = (torch.from_numpy(x).to(self.device)[:, None].float() / 255
                              for x in (crops.alpha, crops.probability))
        return Truth(image, clean, colour, alpha), probability


def train(views: Path, run: Path, minutes: float, trainer: MatteTrainer,
          stages: Sequence[tuple[float, int, int]] = STAGES, times: float = 1.0, processes: int = 0) -> Progress:
    """Train until the run's total time is `minutes`; log the terms of the loss to RUN/loss.csv. times: the batches of
    the stages. processes: that cut crops, 0 for a thread."""
    run.mkdir(parents=True, exist_ok=True)
    progress = trainer.resume(run)
    columns = (*COLUMNS, "unblend") if trainer.weights.unblend else COLUMNS
    with feed_of(views, progress.step, crop, processes) as feed:

        def supply(share: float) -> tuple[Crops, int]:
            crops = feed.get(*loop.stage(stages, share, times))
            return batch(crops), len(crops)

        return loop.train(trainer, supply, run, minutes, progress, Curves(run / "loss.csv", columns, header=False))


def main() -> None:
    parser = training_arguments(__doc__, "matte", 100.0, PEAK)
    parser.add_argument("--through-composition", action="store_true", help="also the loss of the un-blended picture")
    add_view_arguments(parser)
    args = begun(parser)
    weights = Weights(unblend=6.0) if args.through_composition else Weights()
    trainer = MatteTrainer(weights, args.peak, args.device, args.init_from)
    stages = STAGES if args.init_from is None else CONTINUED
    train(args.views, args.run, args.minutes, trainer, stages, args.batch, args.feeds)


if __name__ == "__main__":
    main()
