"""Train the transformer prior on views with holes, its tokenizer first, or go on from weights.

    python -m experiments.training.views.render --photos PHOTOS/train --fonts FONTS --views runs/views
    python -m experiments.training.prior.train --views runs/views --run runs/prior --minutes 70
    python -m experiments.training.prior.train --views runs/views --run runs/more --minutes 40 \\
        --init-from operators/models/weights/prior --tokenizer-share 0 --peak 2e-4

Run again with the same --run folder to resume. RUN/loss.csv holds the curves of training and of held-out crops;
--track sends them to MLflow too. `experiments.training.prior.export` writes the weights.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from experiments.training import loop
from experiments.training.arguments import add_hole_arguments, begun, training_arguments
from experiments.training.checkpoint import Progress
from experiments.training.curves import Curves
from experiments.training.holes.pace import Pace
from experiments.training.holes.source import Opened, source_of, watched_crops
from experiments.training.holes.views import Views
from experiments.training.prior.columns import COLUMNS
from experiments.training.prior.loss import prior_loss, tokenizer_loss
from experiments.training.prior.supply import Supply
from experiments.training.prior.watch import PriorWatch
from experiments.training.schedule import learning_rate
from experiments.training.track import Track, tracked
from experiments.training.trainer import Trainer
from operators.models.prior import SIDE
from operators.models.prior.pipeline import PriorInpaintPipeline
from operators.models.prior.tokenizer import ResidualTokenizer
from operators.models.prior.transformer import PriorTransformer

PEAK, BATCH, TOKENIZER_SHARE = 6e-4, 8, 0.35
_TOKENIZER_PEAK = 2.0  # times the peak, in its own phase; half of that beside the transformer
_LOG_STEPS = 100


class PriorTrainer(Trainer[nn.ModuleDict, Views]):
    """Of both networks. In the second phase the encoder is held at its average, or codes would change under the
    transformer. peak: of the transformer. tokenizer_share: of the time, for the tokenizer alone."""

    def __init__(self, tokenizer: ResidualTokenizer, transformer: PriorTransformer, peak: float, device: str,
                 tokenizer_share: float = TOKENIZER_SHARE) -> None:
        self.tokenizer, self.transformer, self.tokenizer_share = tokenizer, transformer, tokenizer_share
        super().__init__(nn.ModuleDict({"tokenizer": tokenizer, "transformer": transformer}), peak, device,
                         parts=(tokenizer, transformer), decay=1e-2, betas=(0.9, 0.98), clip=1.0,
                         memory_format=torch.preserve_format)

    def loss(self, batch: Views, share: float) -> tuple[Tensor, dict[str, float]]:
        """The loss of a batch in the phase of that share of the time, and its terms."""
        views, first = batch.to(self.device), share < self.tokenizer_share
        if not first and self.tokenizer.encoder[0].weight.requires_grad:
            self._hold_encoder()
        with torch.autocast(self.device, torch.bfloat16):
            if first:
                return tokenizer_loss(self.tokenizer, views, self.random)
            return prior_loss(self.tokenizer, self.transformer, views, self.random)

    def averaged(self) -> PriorInpaintPipeline:
        """A pipeline with the averaged weights."""
        tokenizer = ResidualTokenizer.from_config(self.tokenizer.config)
        transformer = PriorTransformer.from_config(self.transformer.config)
        nn.ModuleDict({"tokenizer": tokenizer, "transformer": transformer}).load_state_dict(self.average.state)
        return PriorInpaintPipeline(tokenizer.eval().to(self.device), transformer.eval().to(self.device))

    def look(self, watch: PriorWatch) -> dict[str, float]:
        """The averaged networks on the held-out crops."""
        with torch.autocast(self.device, torch.bfloat16):
            return watch.measure(self.averaged())

    def set_rates(self, share: float) -> None:
        """Each phase has a schedule of its own."""
        tokenizers, transformers = self.optimizer.param_groups
        first = self.tokenizer_share
        if share < first:
            tokenizers["lr"] = learning_rate(share / first, _TOKENIZER_PEAK * self.peak)
        else:
            tokenizers["lr"] = transformers["lr"] = learning_rate((share - first) / (1 - first), self.peak)

    def _hold_encoder(self) -> None:
        prefix = "tokenizer.encoder."
        state = {n.removeprefix(prefix): t for n, t in self.average.state.items() if n.startswith(prefix)}
        self.tokenizer.encoder.load_state_dict(state)
        self.tokenizer.encoder.requires_grad_(False)


def train(opened: Opened, run: Path, pace: Pace, trainer: PriorTrainer, watch: PriorWatch,
          track: Track | None = None) -> Progress:
    """Train until the run's total time, looks at the held-out crops included, is over."""
    progress, look = trainer.resume(run), partial(trainer.look, watch)
    curves = Curves(run / "loss.csv", COLUMNS, _LOG_STEPS, look, pace.watch_every, track)
    with opened(progress.step) as source:
        get = partial(source.get, SIDE) if source.cheap else Supply(source, SIDE, progress.step).get
        loop.train(trainer, lambda _: (get(pace.count), pace.count), run, pace.minutes, progress, curves)
    curves.write(progress, look())
    return progress


def new_networks(init_from: Path | None) -> tuple[ResidualTokenizer, PriorTransformer]:
    """Fresh ones, or those of a folder that `export` wrote."""
    if init_from is None:
        return ResidualTokenizer(), PriorTransformer()
    pipeline = PriorInpaintPipeline.from_folder(str(init_from))
    return pipeline.tokenizer, pipeline.transformer


def main() -> None:
    parser = training_arguments(__doc__, "prior", 70.0, PEAK)
    add_hole_arguments(parser, BATCH, watch_every=500, held_out=48)
    parser.add_argument("--tokenizer-share", type=float, default=TOKENIZER_SHARE, help="of the time, for it alone")
    args = begun(parser)
    args.run.mkdir(parents=True, exist_ok=True)
    trainer = PriorTrainer(*new_networks(args.init_from), args.peak, args.device, args.tokenizer_share)
    pace = Pace(args.minutes, args.batch, args.watch_every, args.predicted)
    with tracked(args.run, args.track, vars(args)) as track:
        train(source_of(args, pace), args.run, pace, trainer, PriorWatch(watched_crops(args, SIDE)), track)


if __name__ == "__main__":
    main()
