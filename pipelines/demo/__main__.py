"""`python -m pipelines.demo FOLDER`: build the demo's data set; with --compare, hold the results against the truth."""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pipelines.demo", description="Build the demo's data set.")
    parser.add_argument("folder", nargs="?", default="demo", type=Path, help="receives input/ and truth/")
    parser.add_argument("--compare", action="store_true", help="compare FOLDER/output with FOLDER/truth instead")
    arguments = parser.parse_args()
    if arguments.compare:
        from pipelines.demo.compare import compare, lines

        print("\n".join(lines(compare(arguments.folder))))
        return
    from pipelines.demo.build import build

    built = build(arguments.folder)
    kinds = ", ".join(f"{kind} {n}" for kind, n in built.kinds.items())
    print(f"{built.pictures} pictures in {len(built.shards)} shards below {arguments.folder / 'input'} ({kinds}); "
          f"the clean pictures are in {arguments.folder / 'truth'}")


if __name__ == "__main__":
    main()
