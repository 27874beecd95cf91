"""What finding and refining cost beside the text detector alone, on one thread.

    python -m experiments.benchmarks.eyes --pictures 64

Pictures: photographs of photos/eval at 640x480 under the overlays of the rendered set, one in four left clean. The
detector alone is the network in bf16 on the letterbox and the boxes of its map. CPU time, so that other processes
lengthen it only by what they take of the caches. Also the peak memory of the process, and of a 12-megapixel picture.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import islice

import cv2
import numpy as np
import torch

from experiments.benchmarks.generators import memory_mib
from experiments.benchmarks.pictures import scaled_cases
from operators.detect import DetectStage
from operators.detection.cores import boxes_of_map
from operators.detection.letterbox import letterbox
from operators.detection.lines import join_lines
from operators.detection.network import Detector, load_detector
from operators.ingest import decode
from operators.options import DetectOptions
from operators.record import ImageRecord
from operators.refine import RefineStage

SIZE, LARGE = (640, 480), (4000, 3000)


def timed(what: Callable[..., object], *arguments: object) -> float:
    """CPU milliseconds of a call."""
    begun = time.process_time()
    what(*arguments)
    return 1000 * (time.process_time() - begun)


def alone(detector: Detector, rgb: np.ndarray, options: DetectOptions) -> None:
    """The detector's boxes, as it would give them without us."""
    maps = detector.maps(letterbox(rgb, options.size))
    join_lines(boxes_of_map(maps[0], options.binarize, detector.shrink_ratio))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=64)
    count = parser.parse_args().pictures
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    options = DetectOptions()
    detector, detect = load_detector(options), DetectStage(options)
    refine = RefineStage(min_confidence=options.min_confidence)
    rows = []
    for data in islice(scaled_cases(count + 2, SIZE), count + 2):
        rgb, record = decode(data, max_pixels=2**62).rgb, ImageRecord("a", data)
        record.picture()
        rows.append((timed(alone, detector, rgb, options), timed(detect, [record]),
                     timed(refine, [record]) if record.status == "pending" else 0.0))
    single, finding, refining = np.mean(rows[2:], 0)
    print(f"{count} pictures of 640x480: detector alone {single:.1f} ms, detect {finding:.1f} ms, refine "
          f"{refining:.1f} ms, together {(finding + refining) / single:.2f} times the detector; "
          f"peak {memory_mib('cpu'):.0f} MiB")
    large = ImageRecord("a", next(scaled_cases(1, LARGE)))
    print(f"12 megapixels: {timed(detect, [large]) + timed(refine, [large]):.0f} ms, "
          f"peak {memory_mib('cpu'):.0f} MiB")


if __name__ == "__main__":
    main()
