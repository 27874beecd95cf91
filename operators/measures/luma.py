"""How light a colour is: the weights of red, green and blue (ITU-R BT.601), as JPEG has them."""

from __future__ import annotations

import numpy as np

WEIGHTS = (0.299, 0.587, 0.114)
LUMA = np.array(WEIGHTS, np.float32)
