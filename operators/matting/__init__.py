"""Parts of the colour-statistics matte: frame, background, candidates, score, outline, backing, level."""
