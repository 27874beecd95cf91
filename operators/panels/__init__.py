"""Panels: plates behind lines of text, translucent or opaque. What they let through is computed back."""
