"""What our pipelines of diffusers have in common: they load from a folder, offline and without a word."""

from __future__ import annotations

from typing import Self

import torch
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.utils import logging


class FolderPipeline(DiffusionPipeline):  # type: ignore[misc]
    """A `DiffusionPipeline` of networks of our own."""

    @classmethod
    def from_folder(cls, folder: str) -> Self:
        """`from_pretrained` of a local folder in float32: safetensors only, nothing downloaded, nothing printed."""
        shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()
        try:
            return cls.from_pretrained(folder, dtype=torch.float32, local_files_only=True, use_safetensors=True,
                                       low_cpu_mem_usage=False)
        finally:
            if shown:
                logging.enable_progress_bar()
