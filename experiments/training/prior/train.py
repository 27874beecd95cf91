"""Train the transformer prior on views with holes, its tokenizer first, or go on from weights.

    python -m experiments.training.views.render --photos PHOTOS/train --fonts FONTS --views runs/views
    python -m experiments.training.prior.train --views runs/views --run runs/prior --minutes 70
    python -m experiments.training.prior.train --views runs/views --run runs/more --minutes 40 \\
        --init-from operators/models/weights/prior --tokenizer-share 0 --peak 2e-4

Run again with the same --run folder to resume. RUN/loss.csv holds the curves of training and of held-out crops;
--track sends them to MLflow too. `experiments.training.prior.export` writes the weights.
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
from torch import Tensor, nn

from experiments.training.average import Average
from experiments.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from experiments.training.curves import Curves
from experiments.training.holes.crops import Holes, cut_hole
from experiments.training.holes.held_out import held_out
from experiments.training.holes.predicted import product_holes
from experiments.training.prior.columns import COLUMNS
from experiments.training.prior.loss import prior_loss, tokenizer_loss
from experiments.training.prior.supply import Supply, Views
from experiments.training.prior.watch import Watch
from experiments.training.schedule import learning_rate
from experiments.training.track import Track
from experiments.training.views.feed import Feed
from experiments.training.views.view import View
from operators.models.prior import SIDE
from operators.models.prior.pipeline import PriorInpaintPipeline
from operators.models.prior.tokenizer import ResidualTokenizer
from operators.models.prior.transformer import PriorTransformer

PEAK, BATCH, TOKENIZER_SHARE = 6e-4, 8, 0.35
_TOKENIZER_PEAK = 2.0  # times the peak, in its own phase; half of that beside the transformer
_CHECKPOINT_SECONDS, _LOG_STEPS = 120.0, 100


@dataclass(frozen=True)
class Pace:
    """minutes: of training, over all starts. tokenizer_share: of them, for the tokenizer alone. count: views of a
    batch. watch_every: steps between looks at the held-out crops.
    predicted: share of overlay holes cut as the product's own segmenter sees the overlay."""

    minutes: float
    tokenizer_share: float = TOKENIZER_SHARE
    count: int = BATCH
    watch_every: int = 500
    predicted: float = 0.0

    def cut(self) -> Callable[[View, int, np.random.Generator], Holes]:
        """What cuts crops for the feed."""
        return product_holes(self.predicted) if self.predicted else cut_hole


class Trainer:
    """Both networks, their average and optimizer; `step` takes one batch.

    In the second phase the encoder is held at its average, or codes would change under the transformer.
    """

    def __init__(self, tokenizer: ResidualTokenizer, transformer: PriorTransformer, peak: float, device: str) -> None:
        self.tokenizer, self.transformer = tokenizer, transformer
        self.networks = nn.ModuleDict({"tokenizer": tokenizer, "transformer": transformer}).train().to(device)
        groups = [{"params": list(network.parameters())} for network in (self.tokenizer, self.transformer)]
        self.optimizer = torch.optim.AdamW(groups, lr=peak, weight_decay=1e-2, betas=(0.9, 0.98))
        self.average, self.random = Average(self.networks), torch.Generator().manual_seed(0)
        self.peak, self.device = peak, device

    def step(self, views: Views, share: float, pace: Pace) -> dict[str, float]:
        """The terms of the loss before the update. share: 0..1, of the time."""
        views, first = views.to(self.device), share < pace.tokenizer_share
        if not first and self.tokenizer.encoder[0].weight.requires_grad:
            self._hold_encoder()
        self._set_rates(share, pace.tokenizer_share)
        with torch.autocast(self.device, torch.bfloat16):
            loss, terms = (tokenizer_loss(self.tokenizer, views, self.random) if first
                           else prior_loss(self.tokenizer, self.transformer, views, self.random))
        self._update(loss)
        return terms

    def averaged(self) -> PriorInpaintPipeline:
        """A pipeline with the averaged weights."""
        tokenizer = ResidualTokenizer.from_config(self.tokenizer.config)
        transformer = PriorTransformer.from_config(self.transformer.config)
        nn.ModuleDict({"tokenizer": tokenizer, "transformer": transformer}).load_state_dict(self.average.state)
        return PriorInpaintPipeline(tokenizer.eval().to(self.device), transformer.eval().to(self.device))

    def look(self, watch: Watch) -> dict[str, float]:
        """The averaged networks on the held-out crops."""
        with torch.autocast(self.device, torch.bfloat16):
            return watch.measure(self.averaged())

    def _hold_encoder(self) -> None:
        prefix = "tokenizer.encoder."
        state = {n.removeprefix(prefix): t for n, t in self.average.state.items() if n.startswith(prefix)}
        self.tokenizer.encoder.load_state_dict(state)
        self.tokenizer.encoder.requires_grad_(False)

    def _set_rates(self, share: float, tokenizer_share: float) -> None:
        tokenizers, transformers = self.optimizer.param_groups
        if share < tokenizer_share:
            tokenizers["lr"] = learning_rate(share / tokenizer_share, _TOKENIZER_PEAK * self.peak)
        else:
            rate = learning_rate((share - tokenizer_share) / (1 - tokenizer_share), self.peak)
            tokenizers["lr"], transformers["lr"] = rate, rate

    def _update(self, loss: Tensor) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.networks.parameters(), 1.0)
        self.optimizer.step()
        self.average.update(self.networks)


def train(folder: Path, run: Path, pace: Pace, trainer: Trainer, watch: Watch, track: Track | None = None) -> Progress:
    """Train until the run's total time, looks at the held-out crops included, is over."""
    progress = load_checkpoint(run, trainer.networks, trainer.average, trainer.optimizer)
    trainer.average.state = {n: t.to(trainer.device) for n, t in trainer.average.state.items()}
    trainer.random.manual_seed(progress.step)
    before, start = progress.seconds, time.monotonic()
    saved, curves = start, Curves(run / "loss.csv", COLUMNS, track)
    with Feed(folder, progress.step, pace.cut()) as feed:
        supply = Supply(feed, SIDE, progress.step)
        while progress.seconds < pace.minutes * 60:
            views = supply.get(pace.count)
            curves.add(trainer.step(views, progress.seconds / (pace.minutes * 60), pace))
            progress.step, progress.samples = progress.step + 1, progress.samples + len(views.truth)
            progress.seconds = before + time.monotonic() - start
            if progress.step % pace.watch_every == 0:
                curves.write(progress, trainer.look(watch))
            elif progress.step % _LOG_STEPS == 0:
                curves.write(progress)
            if time.monotonic() - saved > _CHECKPOINT_SECONDS:
                save_checkpoint(run, trainer.networks, trainer.average, trainer.optimizer, progress)
                saved = time.monotonic()
    save_checkpoint(run, trainer.networks, trainer.average, trainer.optimizer, progress)
    curves.write(progress, trainer.look(watch))
    return progress


def new_networks(init_from: Path | None) -> tuple[ResidualTokenizer, PriorTransformer]:
    """Fresh ones, or those of a folder that `export` wrote."""
    if init_from is None:
        return ResidualTokenizer(), PriorTransformer()
    pipeline = PriorInpaintPipeline.from_folder(str(init_from))
    return pipeline.tokenizer, pipeline.transformer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, default=Path("runs/views"), help="shards of training.views.render")
    parser.add_argument("--run", type=Path, default=Path("runs/prior"), help="checkpoints and curves")
    parser.add_argument("--minutes", type=float, default=70.0, help="total training time, over all starts")
    parser.add_argument("--tokenizer-share", type=float, default=TOKENIZER_SHARE, help="of the time, for it alone")
    parser.add_argument("--init-from", type=Path, help="a folder of weights to go on from")
    parser.add_argument("--peak", type=float, default=PEAK, help="highest learning rate of the transformer")
    parser.add_argument("--batch", type=int, default=BATCH, help="views of a step")
    parser.add_argument("--predicted", type=float, default=0.5, help="share of overlay holes that the product's own "
                        "segmenter predicts; the rest are true")
    parser.add_argument("--watch-every", type=int, default=500, help="steps between looks at the held-out crops")
    parser.add_argument("--held-out", type=int, default=48, help="crops of the calibrate photographs")
    parser.add_argument("--track", action="store_true", help="also log to MLflow")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(0)
    args.run.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(*new_networks(args.init_from), args.peak, args.device)
    track = Track(args.run, vars(args)) if args.track else None
    pace = Pace(args.minutes, args.tokenizer_share, args.batch, args.watch_every, args.predicted)
    progress = train(args.views, args.run, pace, trainer, Watch(held_out(args.held_out, SIDE)), track)
    if track is not None:
        track.close()
    print(f"done: {progress.samples} views in {progress.seconds / 60:.1f} minutes, {args.run / 'loss.csv'}")


if __name__ == "__main__":
    main()
