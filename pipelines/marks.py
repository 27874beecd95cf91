"""Known marks: learnt from a dataset on Ray or from pictures in this process, kept in a file, read for a recipe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cluster.addresses import base_name, join, normalise, parent
from cluster.plan import Plan, PlanError, make_plan
from cluster.storage import Storage, read_bytes
from operators.marks.collect import Collection
from operators.marks.consensus import Consensus
from operators.marks.find import find_candidates
from operators.marks.folds import CollectionFold, ConsensusFold
from operators.marks.learn import learn
from operators.marks.mark import Mark, pack_marks
from operators.options import IngestOptions
from pipelines.complaint import UsageError
from pipelines.recipe import RecipeError

SUFFIX = ".safetensors"


@dataclass(frozen=True)
class MarksJob:
    """Where to look for marks. inputs, limit, image_column, address, cpus: as in `CleanJob`."""

    inputs: list[str]
    limit: int | None = None
    image_column: str | None = None
    address: str | None = None
    cpus: int | None = None


@dataclass(frozen=True)
class Learnt:
    """marks: surest first. pictures: that could be read, of `listed`."""

    marks: list[Mark]
    pictures: int
    listed: int


def learn_from(job: MarksJob, tell: Callable[[str], None] = lambda _: None) -> Learnt:
    """Two streaming passes over the input: where do the pictures agree, and what is there? Raises `UsageError`.

    tell: is told what begins. Memory is bounded whatever the input: sums of gradients, then a sample of pieces.
    """
    from cluster.gather import gather
    from cluster.session import init_ray

    plan = _plan(job)
    tell(f"{plan.image_count:,} images in {plan.chunk_count:,} chunks")
    actors = max(1, int(init_ray(job.address, job.cpus).get("CPU", 1)))
    tell("looking for what the pictures have in common")
    consensus, limit = Consensus(), IngestOptions().max_pixels
    gather(plan, ConsensusFold(limit), lambda part: consensus.merge(Consensus.unpack(part)), actors=actors)
    candidates = _candidates(consensus)
    tell(f"{len(candidates)} places to look at")
    collection = Collection(candidates)
    if candidates:
        gather(plan, CollectionFold(candidates, limit),
               lambda part: collection.merge(Collection.unpack(part, candidates)), actors=actors)
    return Learnt(learn(consensus, collection), consensus.pictures, plan.image_count)


def learn_marks(pictures: Iterable[tuple[str, np.ndarray]]) -> list[Mark]:
    """The same without Ray, of (key, uint8 (H, W, 3) RGB) pictures. Raises `UsageError` when there are too few."""
    held = list(pictures)
    consensus = Consensus()
    for _, rgb8 in held:
        consensus.add(rgb8)
    collection = Collection(_candidates(consensus))
    for key, rgb8 in held:
        collection.add(rgb8, key)
    return learn(consensus, collection)


def save_marks(marks: Sequence[Mark], out: str) -> str:
    """Write the mark file and, beside it, its preview as PNG. Returns the preview's address."""
    import cv2

    from operators.marks.preview import preview

    folder, name = parent(normalise(out)), base_name(out)
    storage = Storage(folder)
    png = cv2.imencode(".png", preview(marks)[:, :, ::-1])[1].tobytes()
    shown = name.removesuffix(SUFFIX) + ".png"
    storage.write(name, pack_marks(list(marks)))
    storage.write(shown, png)
    storage.tidy()
    return join(folder, shown)


def read_mark_files(names: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
    """(name, bytes) of the recipe's mark files and logos, to travel to the workers. Raises `RecipeError` naming the one
    that cannot be used."""
    return tuple((name, _read(name)) for name in names)


def _read(name: str) -> bytes:
    from operators.marks.files import marks_in

    try:
        data = read_bytes(name)
        marks_in(name, data)
    except FileNotFoundError as error:
        raise RecipeError(f"marks: no file {name}: make one with `cleanplate marks INPUT -o {name}`, or name a logo "
                          "with transparency (PNG)") from error
    except (OSError, ValueError) as error:
        raise RecipeError(f"marks: {error}") from error
    return data


def _plan(job: MarksJob) -> Plan:
    try:
        return make_plan(job.inputs, image_column=job.image_column, limit=job.limit)
    except (PlanError, OSError) as error:
        raise UsageError(str(error)) from error


def _candidates(consensus: Consensus) -> list:
    try:
        return find_candidates(consensus)
    except ValueError as error:
        raise UsageError(str(error)) from error
