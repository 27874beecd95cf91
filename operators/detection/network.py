"""The detection network behind one interface: a letterbox in, a probability map out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from operators.detection.letterbox import Letterbox
from operators.detection.precision import in_bf16
from operators.options import DetectOptions
from operators.threads import one_thread

if TYPE_CHECKING:
    from torch import nn


SCENE_AS = 0.2


class WeightsUnavailable(RuntimeError):
    """Weights that could not be loaded; the message says what to do."""


@dataclass(frozen=True)
class Detector:
    """network: returns `{"logits": (N, C, H, W)}`. mean, std: of RGB 0..1. shrink_ratio: of the cores it predicts.
    bf16: run under autocast. scene_level: value of the scene's map that says as much as SCENE_AS of the other."""

    network: nn.Module
    mean: tuple[float, ...]
    std: tuple[float, ...]
    shrink_ratio: float
    bf16: bool = False
    scene_level: float = SCENE_AS

    def maps(self, boxed: Letterbox) -> np.ndarray:
        """Float32 (C, height, width) of the letterbox's content, 0..1: how surely a pixel is the core of a line of
        overlay and, when the network tells them apart, of the scene's own text. Nothing depends on other pictures."""
        import torch

        from operators.models.detector import normalised

        with one_thread(), torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            x = normalised(torch.from_numpy(boxed.canvas)[None], self.mean, self.std)
            probability = self.network(x)["logits"].float().sigmoid()[0]
        return probability.numpy()[:, : boxed.height, : boxed.width]

    def any_text(self, maps: np.ndarray) -> np.ndarray:
        """Float32 (H, W), 0..1, of `maps`: how surely a pixel is the core of a line of any text."""
        scene = maps[1:] * (SCENE_AS / self.scene_level)
        return np.concatenate([maps[:1], scene]).max(0).clip(0, 1)

    def probability(self, boxed: Letterbox) -> np.ndarray:
        """Float32 (height, width): the first of the maps."""
        return self.maps(boxed)[0]


def load_detector(options: DetectOptions) -> Detector:
    """The network that the options name. Raises `WeightsUnavailable` or ValueError, saying what to do."""
    import torch

    from operators.models.fold_norms import fold_norms

    if options.weights == "hub":
        network, config = _from_hub(options.model)
    elif options.weights == "embedded":
        network, config = _embedded(options.model)
    else:
        network, config = _from_file(options.model, Path(options.weights))
    network = fold_norms(network.eval()).to(memory_format=torch.channels_last)
    ratio = float(config["shrink_ratio"])
    level = float(config.get("scene_level", SCENE_AS))
    return Detector(network, tuple(config["mean"]), tuple(config["std"]), ratio, in_bf16(options.precision), level)


def _embedded(architecture: str) -> tuple[nn.Module, dict[str, Any]]:
    from operators.models.detector import build_detector, embedded_config, embedded_folder, load_weights

    config = embedded_config()
    if architecture != config["architecture"]:
        raise WeightsUnavailable(f"detect.weights: embedded holds {config['architecture']}, not {architecture!r}; "
                                 "set detect.weights to hub or to a .safetensors file of that network")
    network = build_detector(architecture, head_chans=config["head_chans"], classes=config.get("classes", 1))
    load_weights(network, embedded_folder() / "model.safetensors")
    return network, config


def _from_hub(architecture: str) -> tuple[nn.Module, dict[str, Any]]:
    from operators.models.detector import build_detector

    try:
        network = build_detector(architecture, pretrained=True)
    except OSError as error:  # urllib's URLError is one
        raise WeightsUnavailable(
            f"docTR's weights of {architecture} are not on this machine and cannot be downloaded ({error}); with "
            f"network run once `python -c \"from doctr.models import {architecture} as m; m(pretrained=True)\"`, "
            "share its cache through DOCTR_CACHE_DIR, or set detect.weights: embedded"
        ) from error
    return network, _of_doctr(network)


def _from_file(architecture: str, path: Path) -> tuple[nn.Module, dict[str, Any]]:
    """A weight file, with our config.json beside it or else docTR's own conventions."""
    import json

    from operators.models.detector import build_detector, head_width, load_weights

    if path.suffix != ".safetensors" or not path.is_file():
        raise WeightsUnavailable(f"detect.weights: {path} is no .safetensors file; give one, or embedded, or hub")
    beside = path.parent / "config.json"
    config = json.loads(beside.read_text()) if beside.is_file() else {}
    network = build_detector(architecture, head_chans=head_width(path), classes=config.get("classes", 1))
    load_weights(network, path)
    return network, config or _of_doctr(network)


def _of_doctr(network: nn.Module) -> dict[str, Any]:
    settings: Any = network
    return {"mean": settings.cfg["mean"], "std": settings.cfg["std"], "shrink_ratio": settings.shrink_ratio}


def within(quad: np.ndarray, rgb8: np.ndarray) -> np.ndarray:
    """The quad, an upright one clipped to the picture; a turned one may reach over the border at its corners."""
    upright = abs(quad[0, 1] - quad[1, 1]) < 0.5 and abs(quad[1, 0] - quad[2, 0]) < 0.5
    limits = np.array([rgb8.shape[1], rgb8.shape[0]], np.float32)
    return np.clip(quad, 0, limits) if upright else quad
