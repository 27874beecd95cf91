"""The command lines of trainings and of exports."""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import torch

from operators.models.embedded import weights_folder


def training_arguments(doc: str | None, name: str, minutes: float, peak: float, data: str = "views",
                       folder: str = "views") -> argparse.ArgumentParser:
    """Those of every training. name: its run in runs/. data, folder: the option of what it trains on, and where in
    runs/ that lies."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(f"--{data}", type=Path, default=Path("runs") / folder, help="shards to train on")
    parser.add_argument("--run", type=Path, default=Path("runs") / name, help="checkpoints and curves")
    parser.add_argument("--minutes", type=float, default=minutes, help="total training time, over all starts")
    parser.add_argument("--init-from", type=Path, help="weights to go on from, as `export` wrote them")
    parser.add_argument("--peak", type=float, default=peak, help="highest learning rate")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1)
    return parser


def add_view_arguments(parser: argparse.ArgumentParser, batch: float = 1.0) -> None:
    """Those of trainings on crops of views besides."""
    parser.add_argument("--feeds", type=int, default=0, help="processes that cut crops; 0: a thread")
    parser.add_argument("--batch", type=float, default=batch, help="times the crops of a step")


def add_hole_arguments(parser: argparse.ArgumentParser, batch: int, watch_every: int, held_out: int) -> None:
    """Those of trainings on crops with holes besides."""
    parser.add_argument("--batch", type=int, default=batch, help="crops of a step (while they are small, if they grow)")
    parser.add_argument("--predicted", type=float, default=0.5, help="share of overlay holes that the product's own "
                        "segmenter predicts; the rest are true")
    parser.add_argument("--watch-every", type=int, default=watch_every, help="steps between looks at held-out crops")
    parser.add_argument("--held-out", type=int, default=held_out, help="crops of the calibrate photographs")
    parser.add_argument("--packed", type=Path, help="folder of `holes.pack`: crops are then made on the device, of the "
                        "--photos and its masks, instead of from views")
    parser.add_argument("--photos", type=Path, help="clean *.jpg photographs")
    parser.add_argument("--for", dest="use", choices=("networks", "judges", "all"), default="networks",
                        help="whose part of the --photos")
    parser.add_argument("--track", action="store_true", help="also log to MLflow")


def export_arguments(doc: str | None, name: str, weights: str) -> argparse.ArgumentParser:
    """Those of every export. name: the run in runs/. weights: the embedded weights' name."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("runs") / name)
    parser.add_argument("--folder", type=Path, default=weights_folder(weights), help="where to write the weights")
    parser.add_argument("--threads", type=int, default=1)
    return parser


def begun(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The arguments given, with the threads that they ask for and a seeded torch."""
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(0)
    return args
