"""Plane homographies between a sheet and the picture. Coordinates are continuous: pixel i spans [i, i + 1)."""

from __future__ import annotations

import cv2
import numpy as np


def shift(x: float, y: float) -> np.ndarray:
    """(3, 3) float64 translation."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)


def scaling(x: float, y: float) -> np.ndarray:
    """(3, 3) float64 scaling about the origin."""
    return np.diag([x, y, 1.0])


def rotation(degrees: float) -> np.ndarray:
    """(3, 3) float64 rotation about the origin, clockwise on the screen."""
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float64)


def slant(share: float) -> np.ndarray:
    """(3, 3) float64 shear that leans upright strokes to the right by `share` of their height."""
    return np.array([[1, -share, 0], [0, 1, 0], [0, 0, 1]], np.float64)


def turn(yaw: float, pitch: float, distance: float) -> np.ndarray:
    """(3, 3) float64: the plane z = 0 turned by yaw about the vertical and pitch about the horizontal axis through the
    origin (degrees), seen by a pinhole camera at `distance` px, with unit scale at the origin."""
    a, b = np.deg2rad(yaw), np.deg2rad(pitch)
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    turned = about_x @ about_y
    camera = np.diag([distance, distance, 1.0])
    return camera @ np.column_stack([turned[:, 0], turned[:, 1], [0.0, 0.0, distance]]) / distance


def transform(homography: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N, 2) float32 points moved by the homography."""
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ homography.T
    return (homogeneous[:, :2] / homogeneous[:, 2:]).astype(np.float32)


def box_quad(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    """(4, 2) float32 corners, clockwise from top left."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)


def warp(rgba: np.ndarray, homography: np.ndarray, left: int, top: int, width: int, height: int) -> np.ndarray:
    """The (height, width, C) float32 window at (left, top) of the plane that `homography` maps the sheet into."""
    centred = shift(-left - 0.5, -top - 0.5) @ homography @ shift(0.5, 0.5)
    return cv2.warpPerspective(rgba, centred, (width, height), flags=cv2.INTER_LINEAR, borderValue=(0, 0, 0, 0))


def settle(homography: np.ndarray, points: np.ndarray, width: int, height: int, margin: float = 1.0) -> np.ndarray:
    """The homography, shrunk and moved as little as needed to bring the moved points inside the picture."""
    moved = transform(homography, points)
    low, high = moved.min(0), moved.max(0)
    room = np.maximum(np.array([width, height]) - 2 * margin, 1.0)
    shrink = float(min(1.0, (room / np.maximum(high - low, 1e-3)).min()))
    middle = (low + high) / 2
    half = (high - low) / 2 * shrink
    centre = np.clip(middle, margin + half, np.maximum(np.array([width, height]) - margin - half, margin + half))
    if shrink == 1.0 and np.allclose(centre, middle, atol=1e-4):
        return homography
    return shift(*centre) @ scaling(shrink, shrink) @ shift(*-middle) @ homography


def clip_quad(quad: np.ndarray, width: int, height: int) -> np.ndarray | None:
    """The part of a quad inside the picture as a quad along the same axes, or None when it lies outside.
    Exact for upright quads; a rotated one may still reach slightly over the border at a cut corner."""
    if quad.min() >= 0 and quad[:, 0].max() <= width and quad[:, 1].max() <= height:
        return quad
    area, polygon = cv2.intersectConvexConvex(quad, box_quad(0, 0, width, height))
    if polygon is None or area < 1.0:
        return None
    unit = cv2.getPerspectiveTransform(quad, box_quad(0, 0, 1, 1))
    inner = np.clip(transform(unit, polygon.reshape(-1, 2)), 0, 1)
    return transform(np.linalg.inv(unit), box_quad(*inner.min(0), *inner.max(0)))


def bend(rgba: np.ndarray, sag: float) -> np.ndarray:
    """The sheet bent to a parabolic baseline: its middle lies `sag` px lower than its ends (negative: higher)."""
    height, width = rgba.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)
    drop = (sag * (1 - across**2) + (-sag if sag < 0 else 0)).astype(np.float32)
    tall = height + int(np.ceil(abs(sag))) + 1
    columns = np.broadcast_to(np.arange(width, dtype=np.float32), (tall, width))
    rows = np.arange(tall, dtype=np.float32)[:, None] - drop
    return cv2.remap(rgba, np.ascontiguousarray(columns), rows, cv2.INTER_LINEAR, borderValue=(0, 0, 0, 0))
