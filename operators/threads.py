"""One thread for what must give the same bytes in a notebook as in a worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch computes on one thread of the CPU, whatever the process is set to: convolutions and normalisation split
    over threads sum in another order, which the last bits of float32 show."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
