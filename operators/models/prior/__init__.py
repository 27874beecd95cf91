"""The embedded transformer prior: residual tokens on the harmonic base, completed from the boundary inward.

`tokenizer`, `transformer` and `pipeline` import diffusers, this package does not.
"""

EMBEDDED = "prior"
SIDE = 128  # px of a view
CHUNKS = 4  # passes in which a sample is completed
