"""Pipelines of diffusers from a folder or by their name on the hub, as safetensors only."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

DType = Literal["float32", "bfloat16", "float16"]
INSTALL = "pip install 'cleanplate[hub]'"
INDEX = "model_index.json"
HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")


class HubModelUnavailable(RuntimeError):
    """A pretrained model that cannot be used; the message says what to run or to name instead."""


def pipeline_kind(name: str) -> str:
    """`_class_name` of a pipeline: what dispatches it.

    name: a folder with model_index.json, or a name on the hub; of the latter only that file is fetched, if the
    environment of huggingface_hub (HF_HUB_OFFLINE, HF_HOME, HF_TOKEN) lets it. Raises `HubModelUnavailable`.
    """
    path = _index_in(Path(name).expanduser()) if is_folder(name) else _index_on_hub(name)
    kind = json.loads(path.read_text()).get("_class_name")
    if not isinstance(kind, str):
        raise HubModelUnavailable(f"{name} brings its own code ({kind!r}), which is not run; name a pipeline of "
                                  "diffusers instead")
    return kind


def load_pipeline(
    name: str, class_name: str, *, device: str, dtype: DType, variant: str | None = None, **components: Any
) -> Any:
    """The pipeline, on its device, silent, and with nothing unpickled.

    class_name: of diffusers; may differ from the one in model_index.json, as SDXL inpaints with its own components.
    variant: of the weight files, such as fp16. components: replace what the folder holds (`safety_checker=None`).
    Raises `HubModelUnavailable`, and ValueError for float16 on a CPU.
    """
    if dtype == "float16" and device.startswith("cpu"):
        raise ValueError("float16 does not run on a CPU: use float32 or bfloat16, or a GPU")
    import torch

    local = is_folder(name)
    try:
        pipeline = _of_diffusers(class_name).from_pretrained(
            str(Path(name).expanduser()) if local else name, dtype=getattr(torch, dtype), use_safetensors=True,
            variant=variant, local_files_only=local, low_cpu_mem_usage=_has_accelerate(), **components)
    except ImportError as error:
        raise HubModelUnavailable(f"{name} needs packages that are not installed ({error}): {INSTALL}") from error
    except (OSError, ValueError) as error:
        raise HubModelUnavailable(f"{name} cannot be loaded from its safetensors ({_short(error)}); "
                                  f"{_cure(name, error)}") from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


def is_folder(name: str) -> bool:
    """Whether the name is that of a folder. Raises `HubModelUnavailable` if it is neither one nor a hub's name."""
    if Path(name).expanduser().is_dir():
        return True
    if not HUB_NAME.fullmatch(name):
        raise HubModelUnavailable(f"there is no folder {name}: give one with a {INDEX}, or a name on the hub, fetched "
                                  "by `hf download NAME`")
    return False


def _of_diffusers(class_name: str) -> Any:
    try:
        import diffusers
    except ImportError as error:
        raise HubModelUnavailable(f"models of the hub need diffusers and transformers: {INSTALL}") from error
    try:
        return getattr(diffusers, class_name)
    except (AttributeError, ImportError, RuntimeError) as error:  # its deprecated pipelines may go any day
        raise HubModelUnavailable(f"diffusers {diffusers.__version__} has no {class_name} ({error}): "
                                  "pip install 'diffusers==0.42.1'") from error


def _has_accelerate() -> bool:
    from diffusers.utils import is_accelerate_available

    return bool(is_accelerate_available())


def _index_in(folder: Path) -> Path:
    if not (folder / INDEX).is_file():
        raise HubModelUnavailable(f"{folder} holds no {INDEX}: it is no pipeline of diffusers; fetch one by "
                                  f"`hf download NAME --local-dir {folder}`")
    return folder / INDEX


def _index_on_hub(name: str) -> Path:
    try:
        from huggingface_hub import hf_hub_download
    except ImportError as error:
        raise HubModelUnavailable(f"models of the hub need diffusers and transformers: {INSTALL}") from error
    try:
        return Path(hf_hub_download(name, INDEX))
    except (OSError, ValueError) as error:
        raise HubModelUnavailable(f"{name} is neither a folder nor on this machine, and cannot be fetched "
                                  f"({_short(error)}); {_cure(name, error)}") from error


def _cure(name: str, error: Exception) -> str:
    if type(error).__name__ == "GatedRepoError":
        return f"accept its licence at https://huggingface.co/{name}, then `hf auth login` and `hf download {name}`"
    if Path(name).expanduser().is_dir():
        return f"fetch it whole by `hf download NAME --local-dir {name}`"
    return f"with network run once `hf download {name}`"


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200] if str(error).strip() else ''}"
