"""The demo's data set: photographs that scikit-image and scikit-learn ship, with overlays drawn on them, as shards."""
