"""A cursive hand drawn from strokes, for want of a script font. Letters are control points of Catmull-Rom curves."""

from __future__ import annotations

import cv2
import numpy as np

from operators.render.ink import Ink

# x to the right in x-heights, y up from the baseline in x-heights; the pen enters at the left and leaves at the right,
# so that letters join. A "|" lifts the pen for a dot or a bar that is added once the word is written.
_LETTERS = {
    "a": "0,.1 .5,.85 .75,.95 .35,.95 .1,.5 .3,.05 .65,.35 .78,.95 .75,.3 .9,.03 1.1,.15",
    "b": "0,.1 .35,1.2 .5,2 .25,1.9 .2,.6 .3,.05 .65,.1 .75,.6 .6,.9 .8,.75 1.05,.8",
    "c": "0,.1 .4,.8 .7,.95 .8,.8 .55,1 .2,.75 .15,.3 .4,.02 .7,.1 .9,.25",
    "d": "0,.1 .45,.85 .7,.9 .35,.95 .1,.5 .3,.05 .65,.4 .85,2 .78,.9 .78,.25 .95,.03 1.15,.15",
    "e": "0,.1 .4,.45 .7,.8 .5,1 .2,.7 .2,.25 .45,.02 .75,.12 .9,.25",
    "f": "0,.1 .4,1 .65,1.8 .45,2 .3,1.4 .28,0 .25,-.8 .45,-.85 .5,-.2 .4,.1 .8,.2",
    "g": "0,.1 .5,.85 .72,.92 .35,.95 .1,.5 .3,.08 .65,.4 .77,.95 .72,0 .55,-.85 .2,-.8 .3,-.4 .8,0 1.1,.2",
    "h": "0,.1 .35,1.2 .5,1.95 .28,1.9 .2,.8 .2,0 .3,.6 .6,1 .75,.75 .75,.2 .9,.02 1.1,.15",
    "i": "0,.1 .25,.6 .35,1 .33,.3 .45,.03 .65,.15 | .4,1.4 .42,1.45",
    "j": "0,.1 .3,.7 .4,1 .38,0 .25,-.8 0,-.8 .1,-.4 .45,0 .65,.2 | .45,1.4 .47,1.45",
    "k": "0,.1 .35,1.2 .5,1.95 .28,1.9 .2,.8 .2,0 .25,.5 .6,.95 .65,.7 .3,.5 .6,.25 .8,.02 1,.15",
    "l": "0,.1 .35,1 .5,1.9 .35,2 .22,1.4 .22,.4 .4,.02 .65,.15",
    "m": "0,.1 .2,.9 .25,.95 .25,0 .3,.6 .5,1 .62,.8 .62,0 .68,.6 .9,1 1.02,.75 1.02,.2 1.15,.02 1.35,.15",
    "n": "0,.1 .2,.9 .25,.95 .25,0 .3,.6 .55,1 .7,.75 .7,.2 .85,.02 1.05,.15",
    "o": "0,.1 .4,.85 .55,1 .25,.85 .12,.45 .35,.02 .65,.3 .68,.75 .5,.98 .75,.8 1,.85",
    "p": "0,.1 .2,.8 .27,1 .25,0 .2,-.95 .28,.3 .5,.95 .75,.7 .65,.15 .35,.05 .7,.02 1,.15",
    "q": "0,.1 .5,.85 .72,.92 .35,.95 .1,.5 .3,.08 .65,.4 .75,.95 .72,0 .72,-.8 .9,-.85 .85,-.2 1.1,.15",
    "r": "0,.1 .2,.9 .3,1.1 .4,.9 .6,.85 .58,.3 .7,.03 .9,.15",
    "s": "0,.1 .35,.8 .42,1.05 .5,.6 .6,.2 .35,0 .2,.12 .6,.05 .85,.15",
    "t": "0,.1 .3,1 .4,1.6 .36,.6 .4,.1 .6,.02 .8,.15 | .1,1.15 .7,1.2",
    "u": "0,.1 .2,.8 .25,1 .2,.35 .4,.02 .65,.4 .75,1 .72,.3 .85,.02 1.05,.15",
    "v": "0,.1 .2,.9 .3,.8 .4,.05 .6,.5 .7,.95 .8,.8 1,.85",
    "w": "0,.1 .2,.9 .25,.7 .35,.05 .55,.4 .6,.85 .62,.3 .8,.03 1,.5 1.02,.95 1.15,.8 1.3,.85",
    "x": "0,.1 .2,.85 .35,.85 .5,.4 .7,.05 .95,.15 | .75,.95 .45,.45 .2,.05",
    "y": "0,.1 .2,.8 .25,1 .22,.4 .4,.05 .65,.4 .75,1 .7,0 .5,-.85 .2,-.8 .3,-.4 .8,0 1.05,.2",
    "z": "0,.1 .25,.9 .6,.95 .4,.5 .15,.05 .5,.1 .55,-.5 .3,-.85 .2,-.5 .6,0 .95,.15",
}
_PER_SPAN = 6


def _parse(strokes: str) -> list[np.ndarray]:
    return [np.array([p.split(",") for p in stroke.split()], np.float32) for stroke in strokes.split("|")]


_SHAPES = {letter: _parse(strokes) for letter, strokes in _LETTERS.items()}


def cursive_line(text: str, em: float, weight: float, rng: np.random.Generator) -> Ink:
    """The text in a joined hand, `em` px per em (an x-height is 0.45 em), strokes about `weight` px wide.
    Letters beyond a-z and blank are skipped; capitals are large small letters. Each word rides a curve of its own."""
    x_height, lean = 0.45 * em, float(rng.uniform(0.05, 0.45))
    paths: list[np.ndarray] = []
    pen = 0.0
    for word in text.split():
        joined, extra, pen = _write(word, pen, rng)
        paths += [curve for curve in (catmull_rom(points) for points in [*joined, *extra]) if len(curve) > 1]
        pen += float(rng.uniform(0.5, 0.9))
    paths = [np.column_stack([p[:, 0] + lean * p[:, 1], -p[:, 1]]) * x_height for p in paths]
    return _ink(paths, weight, rng)


def _write(word: str, pen: float, rng: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray], float]:
    """Strokes of a word: the joined run, the dots and bars, and where the pen ends."""
    runs: list[list[np.ndarray]] = [[]]
    extra: list[np.ndarray] = []
    stretch = float(rng.uniform(0.85, 1.3))
    phase, swing = float(rng.uniform(0, 6)), float(rng.uniform(0, 0.12))
    for letter in word:
        shape = _SHAPES.get(letter.lower())
        if shape is None:
            continue
        size = float(rng.uniform(1.5, 1.8)) if letter.isupper() else float(rng.uniform(0.9, 1.1))
        rise = swing * np.sin(phase + pen * 0.9) + float(rng.normal(0, 0.03))
        moved = [
            (points + rng.normal(0, 0.03, points.shape)) * (size * stretch, size) + (pen, rise) for points in shape
        ]
        runs[-1].append(moved[0][: -1 if len(runs[-1]) else None])
        extra += moved[1:]
        pen = float(moved[0][-1, 0])
        if letter.isupper() or rng.random() < 0.1:
            runs.append([])
    return [np.concatenate(run) for run in runs if run], extra, pen


def catmull_rom(points: np.ndarray) -> np.ndarray:
    """(N, 2) points on the curve through the control points."""
    ends = np.concatenate([points[:1], points, points[-1:]])
    t = np.arange(_PER_SPAN, dtype=np.float32)[None, :, None] / _PER_SPAN
    p0, p1, p2, p3 = (ends[i : len(ends) - 3 + i, None] for i in range(4))
    curve = p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)))
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def _ink(paths: list[np.ndarray], weight: float, rng: np.random.Generator) -> Ink:
    """Draw the paths like a pen does: wider downwards than upwards, pressure wandering."""
    every = np.concatenate(paths)
    low = np.floor(every.min(0) - 2 * weight).astype(int) - 2
    high = np.ceil(every.max(0) + 2 * weight).astype(int) + 2
    scale = 3
    page = np.zeros(((high[1] - low[1]) * scale, (high[0] - low[0]) * scale), np.uint8)
    contrast, drift = float(rng.uniform(0.0, 0.55)), float(rng.uniform(0, 6))
    for path in paths:
        step = np.diff(path, axis=0)
        down = step[:, 1] / np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-6)
        wander = 1 + 0.15 * np.sin(drift + np.arange(len(step)) * 0.11)
        widths = np.maximum(weight * scale * wander * (1 + contrast * down), 1.5)
        fixed = np.rint((path - low) * scale * 16).astype(int)
        for (x0, y0), (x1, y1), width in zip(fixed[:-1].tolist(), fixed[1:].tolist(), widths, strict=True):
            cv2.line(page, (x0, y0), (x1, y1), 255, round(float(width)), cv2.LINE_AA, 4)
    coverage = cv2.resize(page, (high[0] - low[0], high[1] - low[1]), interpolation=cv2.INTER_AREA)
    return Ink(coverage.astype(np.float32) / 255, int(low[0]), int(low[1]))
