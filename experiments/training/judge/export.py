"""Write the averaged weights of a run as a weight file: fp16 safetensors and config.json with the temperature.

    python -m experiments.training.classifier.export --run runs/classifier --boxes runs/boxes
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from experiments.training.average import Average
from experiments.training.checkpoint import load_checkpoint
from experiments.training.classifier.judged import best_temperature, held_out_figures
from experiments.training.classifier.piles import load_piles
from experiments.training.classifier.train import HELD_OUT
from experiments.training.matte.export import export
from operators.detection.crops import CHANNELS, FEATURES
from operators.models.classifier import EMBEDDED, RegionClassifier
from operators.models.embedded import weights_folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("runs/classifier"))
    parser.add_argument("--boxes", type=Path, default=Path("runs/boxes"))
    parser.add_argument("--folder", type=Path, default=weights_folder(EMBEDDED), help="where to write the weights")
    args = parser.parse_args()
    torch.set_num_threads(1)
    network = RegionClassifier(CHANNELS, FEATURES)
    average = Average(network)
    load_checkpoint(args.run, network, average, torch.optim.AdamW(network.parameters()))
    unseen = load_piles(sorted(args.boxes.glob("*.safetensors"))[::HELD_OUT])
    size = export(args.run, args.folder)
    area, *recalls = held_out_figures(average, unseen)
    path = args.folder / "config.json"
    config = json.loads(path.read_text())
    config.pop("widths")
    config |= {"temperature": round(best_temperature(average, unseen), 4), "held_out_auc": area,
               "held_out_recall_at_1_and_0.3_percent": recalls}
    path.write_text(json.dumps(config, indent=2) + "\n")
    print(f"{size} bytes in {args.folder}: {config}")


if __name__ == "__main__":
    main()
