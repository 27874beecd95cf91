"""JPEG on the device, against libjpeg."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data
import torch

from experiments.training.holes.recompressed import recompressed


@pytest.mark.parametrize("quality", [60, 90])
@pytest.mark.parametrize("halved", [True, False])
def test_it_loses_what_libjpeg_loses(quality: int, halved: bool) -> None:
    """A wrong table or transform would teach a grain that no JPEG has."""
    picture = np.ascontiguousarray(skimage.data.astronaut()[64:192, 96:256])
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420 if halved else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality,
                                                      cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling])[1]
    theirs = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB).astype(np.float32)
    rgb = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
    ours = recompressed(rgb, torch.tensor([float(quality)]), torch.tensor([halved]))[0].permute(1, 2, 0).numpy()
    lost = np.abs(theirs - picture).mean()
    assert np.abs(ours - theirs).mean() < 0.5 * lost
    assert np.corrcoef((ours - picture).ravel(), (theirs - picture).ravel())[0, 1] > 0.8


def test_every_picture_has_its_own_quality() -> None:
    """One quality for a whole batch."""
    rgb = torch.from_numpy(skimage.data.chelsea()[:64, :64].copy()).permute(2, 0, 1)[None].float()
    both = recompressed(rgb.repeat(2, 1, 1, 1), torch.tensor([95.0, 30.0]), torch.tensor([False, True]))
    error = (both - rgb).abs().mean((1, 2, 3))
    assert error[1] > 2 * error[0] > 0
