"""Train the embedded detector on rendered views, from scratch or going on from weights.

    python -m experiments.training.views.render --photos PHOTOS/train --fonts FONTS --views runs/views
    python -m experiments.training.detector.train --views runs/views --minutes 90 --init-from WEIGHTS

Run again with the same --run folder to resume. `experiments.training.detector.export` writes the weight file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from experiments.training import loop
from experiments.training.arguments import add_view_arguments, begun, training_arguments
from experiments.training.checkpoint import Progress
from experiments.training.curves import Curves
from experiments.training.detector.crops import Crop, crop
from experiments.training.detector.loss import detector_loss
from experiments.training.detector.targets import UNIT
from experiments.training.trainer import Trainer
from experiments.training.views.feeds import feed_of
from operators.models.detector import build_detector, load_weights, normalised

ARCHITECTURE, HEAD_CHANS, CLASSES = "db_mobilenet_v3_large", 128, 2
MEAN, STD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)
PEAK = 1.5e-3
STAGES = ((0.70, 192, 8), (0.90, 288, 4), (1.01, 416, 2))  # up to this share of the time: crop size, batch size
CONTINUED = ((0.6, 320, 3), (1.01, 448, 2))  # the same when the weights are there already
SCENE_WEIGHT = 0.5  # of the scene's text in the loss: photographs hold some that nobody marked
COLUMNS = ("step", "samples", "seconds", "loss", "rate")


class DetectorTrainer(Trainer[nn.Module, list[Crop]]):
    """Of the detector, fresh or from a weight file; its threshold branch is not trained."""

    def __init__(self, init_from: Path | None, peak: float, device: str) -> None:
        network = build_detector(ARCHITECTURE, head_chans=HEAD_CHANS, classes=CLASSES)
        if init_from is not None:
            load_weights(network, init_from, spread=True)
        network.get_submodule("thresh_head").requires_grad_(False)
        super().__init__(network, peak, device)

    def loss(self, batch: list[Crop], share: float) -> tuple[Tensor, dict[str, float]]:
        """The loss of a batch, and it with the learning rate by name."""
        images, cores, weights = (torch.from_numpy(np.stack(part)).to(self.device) for part in zip(*batch, strict=True))
        x = normalised(images, MEAN, STD)
        with torch.autocast(self.device, torch.bfloat16):
            logits = self.network(x)["logits"]
        overlay, scene = (detector_loss(logits[:, i].float(), cores[:, i].float(), weights[:, i].float() / UNIT)
                          for i in range(CLASSES))
        loss = overlay + SCENE_WEIGHT * scene
        return loss, {"loss": float(loss.detach()), "rate": self.optimizer.param_groups[0]["lr"]}


def train(views: Path, run: Path, minutes: float, trainer: DetectorTrainer,
          stages: Sequence[tuple[float, int, int]] = STAGES, times: float = 1.0, processes: int = 0) -> Progress:
    """Train until the run's total time is `minutes`; log the loss curve to RUN/loss.csv. times: the batches of the
    stages. processes: that cut crops, 0 for a thread."""
    run.mkdir(parents=True, exist_ok=True)
    progress = trainer.resume(run)
    with feed_of(views, progress.step, crop, processes) as feed:

        def supply(share: float) -> tuple[list[Crop], int]:
            crops = feed.get(*loop.stage(stages, share, times))
            return crops, len(crops)

        return loop.train(trainer, supply, run, minutes, progress, Curves(run / "loss.csv", COLUMNS, header=False))


def main() -> None:
    parser = training_arguments(__doc__, "detector", 90.0, PEAK)
    add_view_arguments(parser)
    args = begun(parser)
    trainer = DetectorTrainer(args.init_from, args.peak, args.device)
    stages = STAGES if args.init_from is None else CONTINUED
    train(args.views, args.run, args.minutes, trainer, stages, args.batch, args.feeds)


if __name__ == "__main__":
    main()
