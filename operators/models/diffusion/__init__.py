"""The embedded diffusion inpainter: network, noise schedule, normalisation by the context, pipeline.

`network` and `pipeline` import diffusers, this package does not.
"""

EMBEDDED = "diffusion"
