"""Views of the photographs inside the wheels of scikit-image and scikit-learn: nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from PIL import Image

LONG, SHORT = 640, 480


@dataclass(frozen=True)
class View:
    """A part of one photograph. across, down: where the part lies in the room there is, 0..1. zoom: 1 is the largest
    part of that shape. says: what is on it, for the caption member."""

    key: str
    file: str
    says: str
    across: float = 0.5
    down: float = 0.5
    zoom: float = 1.0
    mirrored: bool = False
    upright: bool = False  # 480 x 640 instead of 640 x 480


VIEWS = (
    View("astronaut_1", "astronaut.png", "an astronaut in front of a flag", down=0.0),
    View("chelsea_1", "chelsea.png", "a tabby cat looking into the camera", across=0.3),
    View("camera_1", "camera.png", "a photographer with a tripod on a lawn", down=0.1),
    View("china_1", "china.jpg", "a temple with curved roofs"),
    View("coffee_1", "coffee.png", "a cup of coffee on a wooden table", across=0.0),
    View("flower_1", "flower.jpg", "a dahlia in bloom", across=0.0),
    View("motorcycle_1", "motorcycle_left.png", "a motorcycle in a workshop", across=0.0),
    View("rocket_1", "rocket.jpg", "a rocket on its launch pad", across=0.2),
    View("hubble_1", "hubble_deep_field.jpg", "distant galaxies", across=0.1, down=0.2, zoom=1.5),
    View("coins_1", "coins.png", "ancient coins in rows", across=0.5),
    View("astronaut_2", "astronaut.png", "an astronaut, upright", across=0.1, upright=True),
    View("coffee_2", "coffee.png", "a spoon beside a cup of coffee", across=1.0, mirrored=True),
    View("moon_1", "moon.png", "the surface of the moon"),
    View("china_2", "china.jpg", "the roof of a temple against the sky", across=0.2, down=0.0, zoom=1.4, mirrored=True),
    View("rocket_2", "rocket.jpg", "a rocket between its lightning towers", across=0.6, zoom=1.15, mirrored=True),
    View("flower_2", "flower.jpg", "petals close by", across=0.9, zoom=1.3),
    View("motorcycle_2", "motorcycle_right.png", "a motorcycle, mirrored", across=0.7, mirrored=True),
    View("brick_1", "brick.png", "a brick wall", down=0.2),
    View("chelsea_2", "chelsea.png", "a tabby cat, mirrored", across=1.0, mirrored=True),
    View("hubble_2", "hubble_deep_field.jpg", "distant galaxies, another field", across=0.9, down=0.9, zoom=1.4),
    View("ihc_1", "ihc.png", "stained tissue under a microscope", down=0.3),
    View("camera_2", "camera.png", "a photographer, mirrored and upright", across=0.4, mirrored=True, upright=True),
    View("coffee_3", "coffee.png", "coffee with milk", across=0.55, down=0.3, zoom=1.35),
    View("grass_1", "grass.png", "blades of grass", down=0.6),
    View("china_3", "china.jpg", "steps and walls below a temple", across=0.8, down=1.0, zoom=1.3),
    View("astronaut_3", "astronaut.png", "an astronaut and a model of the shuttle", down=0.9, mirrored=True),
    View("motorcycle_3", "motorcycle_left.png", "a workshop with a motorcycle", across=1.0, down=0.2, zoom=1.25),
    View("gravel_1", "gravel.png", "gravel", down=0.4),
    View("flower_3", "flower.jpg", "a dahlia, upright", across=0.35, upright=True, mirrored=True),
    View("retina_1", "retina.jpg", "the back of an eye", zoom=1.1),
    View("rocket_3", "rocket.jpg", "a launch pad at dusk", across=1.0, down=1.0, zoom=1.3),
    View("clock_1", "clock_motion.png", "a clock in motion"),
    View("chelsea_3", "chelsea.png", "the whiskers of a cat", across=0.55, down=0.6, zoom=1.2),
    View("cell_1", "cell.png", "a cell under a microscope", upright=True),
    View("china_4", "china.jpg", "a temple, upright", across=0.45, upright=True),
)


def photograph(view: View) -> np.ndarray:
    """The view as (480, 640, 3) or (640, 480, 3) uint8 RGB; grey photographs have three equal channels.

    Raises `ModuleNotFoundError` when scikit-image or scikit-learn is not installed.
    """
    with Image.open(_path(view.file)) as image:
        picture = image.convert("RGB")
    width, height = (SHORT, LONG) if view.upright else (LONG, SHORT)
    scale = min(picture.width / width, picture.height / height) / view.zoom
    across, down = scale * width, scale * height
    left, top = view.across * max(0.0, picture.width - across), view.down * max(0.0, picture.height - down)
    box = (left, top, min(left + across, picture.width), min(top + down, picture.height))
    part = picture.resize((width, height), Image.Resampling.LANCZOS, box=box)
    return np.asarray(part)[:, ::-1].copy() if view.mirrored else np.asarray(part).copy()


def is_grey(view: View) -> bool:
    with Image.open(_path(view.file)) as image:
        return image.mode == "L"


def _path(file: str) -> Path:
    package, folder = ("sklearn.datasets", "images") if file in {"china.jpg", "flower.jpg"} else ("skimage", "data")
    try:
        return Path(str(resources.files(package))) / folder / file
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"the demo uses photographs of {package.split('.')[0]}, not installed here: pip install 'cleanplate[demo]'"
        ) from error
