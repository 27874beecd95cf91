"""The commands of `cleanplate`, one a file."""
