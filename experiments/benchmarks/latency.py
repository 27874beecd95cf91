"""Latency of `clean_image` on one thread, picture by picture.

    python -m experiments.benchmarks.latency --pictures 60

Pictures: photographs of photos/eval scaled to 640x480 under the overlays of the rendered set, one in four left clean.
The first picture (model load) is not counted.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict

import numpy as np
import torch

from experiments.benchmarks.pictures import scaled_cases
from pipelines.library import clean_image


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=60)
    parser.add_argument("--recipe", default="default")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    seconds, stages = [], defaultdict(list)
    for index, data in enumerate(scaled_cases(arguments.pictures, (640, 480))):
        begun = time.perf_counter()
        result = clean_image(data, arguments.recipe)
        if index:
            seconds.append(time.perf_counter() - begun)
            for stage, value in result.seconds.items():
                stages[stage].append(value)
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    print(f"{len(seconds)} pictures, 640x480, one thread: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
    for stage, values in stages.items():
        print(f"  {stage:8s} mean {np.mean(values) * 1000:6.1f} ms over {len(values)} pictures")


if __name__ == "__main__":
    main()
