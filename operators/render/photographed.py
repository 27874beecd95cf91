"""A surface becomes part of the scene: perspective, light, focus, what stands before it, noise."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render.camera import Camera, detail_of, focused, noisy, toned
from operators.render.surface import Surface
from operators.render.warp import box_quad, rotation, scaling, shift, transform, turn, warp

MANNERS = ("panel", "print", "paint", "engraving")
_PAD = 12  # px around the surface for its shadow and blur


def stood(
    photo: np.ndarray, surface: Surface, share: float, rng: np.random.Generator, steep: float = 60.0
) -> np.ndarray:
    """(3, 3): the surface anywhere in the picture, `share` of it wide, turned by up to `steep` degrees."""
    height, width = photo.shape[:2]
    wide, tall = surface.size
    scale = min(share * width / wide, 1.2 * height / tall)
    yaw = float(rng.uniform(-1, 1)) * (steep if rng.random() < 0.6 else 15.0)
    pitch = float(rng.uniform(-1, 1)) * (0.5 * steep if rng.random() < 0.4 else 8.0)
    roll = float(rng.normal(0, 3) if rng.random() < 0.7 else rng.uniform(-25, 25))
    view = turn(yaw, pitch, float(rng.uniform(1.1, 3.0)) * scale * max(wide, tall))
    reach = np.minimum(0.4 * scale * np.array([wide * np.cos(np.deg2rad(yaw)), tall]) / (width, height), 0.5)
    at = (reach + (1 - 2 * reach) * rng.random(2)) * (width, height)
    flat = rotation(roll) @ scaling(scale, scale) @ shift(-wide / 2, -tall / 2)
    return shift(*at) @ view @ flat


def calmest(photo: np.ndarray, surface: Surface, share: float, rng: np.random.Generator, tries: int = 8) -> np.ndarray:
    """(3, 3): of some places as `stood` finds them the one over the most even part of the picture, as a wall or a road
    would be."""
    scale = 64 / max(photo.shape[:2])
    small = cv2.resize(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    planes = [stood(photo, surface, share, rng) for _ in range(tries)]
    return min(planes, key=lambda plane: _unrest(small, transform(plane, box_quad(0, 0, *surface.size)) * scale))


def _unrest(grey: np.ndarray, corners: np.ndarray) -> float:
    height, width = grey.shape
    x0, y0 = np.clip(np.floor(corners.min(0)), 0, (width - 1, height - 1)).astype(int)
    x1, y1 = np.clip(np.ceil(corners.max(0)), (x0 + 1, y0 + 1), (width, height)).astype(int)
    return float(grey[y0:y1, x0:x1].std())


def photographed(
    photo: np.ndarray,
    surface: Surface,
    plane: np.ndarray,
    camera: Camera,
    rng: np.random.Generator,
    manner: str = "panel",
) -> np.ndarray:
    """The (H, W, 3) uint8 photo with the surface where the (3, 3) `plane` puts it, (H, W, 3) uint8. manner: "panel"
    stands before the scene; "print" darkens what is there, "paint" covers it, "engraving" is cut into it. Raises
    ValueError for another."""
    if manner not in MANNERS:
        raise ValueError(f"manner must be one of {MANNERS}, got {manner!r}")
    corners = transform(plane, box_quad(0, 0, *surface.size))
    x0, y0 = np.maximum(np.floor(corners.min(0)).astype(int) - _PAD, 0).tolist()
    x1, y1 = np.minimum(np.ceil(corners.max(0)).astype(int) + _PAD, photo.shape[1::-1]).tolist()
    image = photo.copy()
    if x1 - x0 < 4 or y1 - y0 < 4:
        return image
    rgba = np.concatenate([surface.albedo * surface.cover[..., None], surface.cover[..., None]], axis=2)
    rgba[..., :3] = toned(rgba[..., :3], camera)
    layer = focused(warp(rgba, plane, x0, y0, x1 - x0, y1 - y0), camera, rng)
    cut = np.s_[y0:y1, x0:x1]
    local = camera._replace(light=camera.light[cut])
    put = _panel(photo[cut], layer, local, rng) if manner == "panel" else _on_it(photo[cut], layer, local, rng, manner)
    image[cut] = put
    return image


def _panel(there: np.ndarray, layer: np.ndarray, camera: Camera, rng: np.random.Generator) -> np.ndarray:
    share = layer[..., 3]
    lit = _exposed(layer[..., :3] / np.maximum(share, 1e-3)[..., None], share, camera, rng)
    ground = there.astype(np.float32)
    if rng.random() < 0.6:
        reach = float(rng.uniform(1.5, 8))
        moved = shift(float(rng.uniform(-1, 1)) * reach, float(rng.uniform(0, 1)) * reach)[:2]
        cast = cv2.warpAffine(share, moved, share.shape[::-1])
        ground *= 1 - np.float32(rng.uniform(0.2, 0.6)) * cv2.GaussianBlur(cast, (0, 0), reach)[..., None]
    if rng.random() < 0.25:
        share = share * (1 - _in_front(there, rng))
    out = ground + share[..., None] * (lit * 255 - ground)
    return np.clip(np.rint(noisy(out, share, camera, rng)), 0, 255).astype(np.uint8)


def _exposed(albedo: np.ndarray, share: np.ndarray, camera: Camera, rng: np.random.Generator) -> np.ndarray:
    """The albedo in the light of the scene, between the photograph's darkest and brightest colours."""
    mean = float((camera.light * share).sum() / max(float(share.sum()), 1e-3))
    relative = (camera.light / max(mean, 0.02)) ** np.float32(rng.uniform(0.3, 1.0))
    level = np.clip(mean / 0.45, 0.35, 1.05) ** float(rng.uniform(0.3, 0.9))
    light = np.clip(relative * sloping(share.shape, float(rng.uniform(0, 0.5)), rng), 0.3, 1.6) * np.float32(level)
    lit = camera.black + (camera.white - camera.black) * (albedo * light[..., None])
    if rng.random() < 0.3:
        lit += (streak(share.shape, rng) * np.float32(rng.uniform(0.1, 0.5)))[..., None] * camera.white
    return np.clip(lit, 0, 1)


def sloping(shape: tuple[int, ...], strength: float, rng: np.random.Generator) -> np.ndarray:
    """(h, w) float32: light that falls off along one direction, 1 in the middle, 1 +- `strength` at the ends."""
    a = float(rng.uniform(0, 2 * np.pi))
    x, y = np.linspace(-1, 1, shape[1]) * np.cos(a), np.linspace(-1, 1, shape[0]) * np.sin(a)
    return (1 + strength * (x[None] + y[:, None]) / np.sqrt(2)).astype(np.float32)


def streak(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """(h, w) float32, 0..1: a soft band of reflected light."""
    a, at, soft = float(rng.uniform(0, np.pi)), float(rng.uniform(-0.8, 0.8)), float(rng.uniform(0.05, 0.35))
    x, y = np.linspace(-1, 1, shape[1]) * np.cos(a), np.linspace(-1, 1, shape[0]) * np.sin(a)
    return np.exp(-(((x[None] + y[:, None] - at) / soft) ** 2)).astype(np.float32)


def _in_front(there: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(h, w) float32: what has about the colour of one of its points, as a thing before the surface would."""
    height, width = there.shape[:2]
    soft = cv2.GaussianBlur(there, (0, 0), 2.0).astype(np.float32)
    seed = soft[int(rng.integers(height)), int(rng.integers(width))]
    near = np.clip(1.5 - np.abs(soft - seed).max(2) / np.float32(rng.uniform(12, 28)), 0, 1)
    x, y = np.arange(width) - rng.uniform(0, width), np.arange(height) - rng.uniform(0, height)
    far = np.hypot(x[None], y[:, None]) / (0.3 * np.hypot(width, height))
    return cv2.GaussianBlur((near * np.clip(2 - 2 * far, 0, 1)).astype(np.float32), (0, 0), 0.8)


def _on_it(there: np.ndarray, layer: np.ndarray, camera: Camera, rng: np.random.Generator, manner: str) -> np.ndarray:
    share = layer[..., 3]
    ground = there.astype(np.float32)
    if manner == "engraving":
        a, depth = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(0.3, 0.9))
        relief = cv2.Scharr(share, cv2.CV_32F, 1, 0) * np.cos(a) + cv2.Scharr(share, cv2.CV_32F, 0, 1) * np.sin(a)
        out = ground * (1 + np.clip(relief / 8, -0.6, 0.6) * depth - 0.35 * depth * share)[..., None]
    else:
        strength = np.float32(rng.uniform(0.65, 0.98))
        pigment = layer[..., :3] / np.maximum(share, 1e-3)[..., None]
        if manner == "print":
            target = ground * (0.06 + 0.94 * pigment)
        else:
            detail = detail_of(there, float(rng.uniform(3, 8))) ** np.float32(rng.uniform(0.6, 1.3))
            target = _exposed(pigment, share, camera, rng) * detail * 255
        out = ground + (strength * share)[..., None] * (target - ground)
    return np.clip(np.rint(noisy(out, 0.6 * share, camera, rng)), 0, 255).astype(np.uint8)
