"""`python -m pipelines.demo FOLDER`: build the demo's data set."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipelines.demo.build import build


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pipelines.demo", description="Build the demo's data set.")
    parser.add_argument("folder", nargs="?", default="demo", type=Path, help="receives input/ and truth/")
    folder = parser.parse_args().folder
    built = build(folder)
    kinds = ", ".join(f"{kind} {n}" for kind, n in built.kinds.items())
    print(f"{built.pictures} pictures in {len(built.shards)} shards below {folder / 'input'} ({kinds}); "
          f"the clean pictures are in {folder / 'truth'}")


if __name__ == "__main__":
    main()
