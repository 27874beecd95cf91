"""Put the level of the scene's map into the detector's config.json: what few pixels of photographs exceed.

    python -m experiments.training.detector.level --split calibrate

Text of the scene is rare in training, so its map says little more than its own base rate wherever there is none; the
level tells the two apart (`operators.detection.network.Detector.any_text`).
"""

from __future__ import annotations

import argparse
import json

import numpy as np
import torch

from experiments.datasets import photo_paths, read_rgb
from operators.detection.letterbox import letterbox
from operators.detection.network import load_detector
from operators.models.detector import embedded_folder
from operators.options import DetectOptions

RARE = 0.0015  # of the pixels are above the level


def level_of(maps: list[np.ndarray]) -> float:
    """The level of scene maps, float32 (H, W), 0..1."""
    return round(float(np.quantile(np.concatenate([one.ravel() for one in maps]), 1 - RARE)), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="calibrate")
    args = parser.parse_args()
    torch.set_num_threads(1)
    options = DetectOptions()
    detector = load_detector(options)
    level = level_of([detector.maps(letterbox(read_rgb(path), options.size))[1] for path in photo_paths(args.split)])
    path = embedded_folder() / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"scene_level": level}, indent=2) + "\n")
    print(f"scene_level {level} in {path}")


if __name__ == "__main__":
    main()
