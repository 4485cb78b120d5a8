#!/usr/bin/env python3
"""Makes resources/classes/imagenet.csv: the 1000 classes of ILSVRC 2012, their WordNet ids and unique names.

    python build_classes.py SOURCE.csv

SOURCE.csv has the columns index, wnid, name, with torchvision's names
(torchvision.models._meta._IMAGENET_CATEGORIES, in the order of the WordNet ids).  Those are kept, but for
the twins below, which nobody could tell apart in a table.  Meanings are WordNet 3.0's glosses.
"""

import csv
import io
import sys
from pathlib import Path

CLASSES = 1000
TARGET = Path(__file__).resolve().parents[1] / "classes" / "imagenet.csv"

TWINS = {
    "n02012849": ("crane bird", "crane (bird)"),
    "n03126707": ("crane", "crane (machine)"),
    "n02113186": ("Cardigan", "Cardigan (dog)"),
    "n02963159": ("cardigan", "cardigan (garment)"),
    "n03710637": ("maillot", "maillot (tights)"),
    "n03710721": ("maillot tank suit", "maillot (tank suit)"),
    "n04355933": ("sunglass", "sunglass (lens)"),
    "n03773504": ("missile", "missile (rocket)"),
    "n04008634": ("projectile", "projectile (shot or thrown)"),
    "n13133613": ("ear", "ear (of corn)"),
}
"""WordNet id → torchvision's name, ours."""


def main() -> None:
    """Read, rename, check, write."""
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        rows = [(int(row["index"]), row["wnid"], row["name"]) for row in csv.DictReader(file)]
    for wnid, (old, _) in TWINS.items():
        if [name for _, found, name in rows if found == wnid] != [old]:
            sys.exit(f"{wnid} is not '{old}' in {sys.argv[1]}")
    rows = [(index, wnid, TWINS[wnid][1] if wnid in TWINS else name) for index, wnid, name in rows]
    if [index for index, _, _ in rows] != list(range(CLASSES)):
        sys.exit(f"the indices do not run from 0 to {CLASSES - 1}")
    if [wnid for _, wnid, _ in rows] != sorted({wnid for _, wnid, _ in rows}):
        sys.exit("the WordNet ids are not in order, or some are there twice")
    if len({name.casefold() for _, _, name in rows}) != CLASSES:
        sys.exit("some names are there twice")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("index", "wnid", "name"))
    writer.writerows(rows)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text.getvalue(), encoding="utf-8")
    print(TARGET)


if __name__ == "__main__":
    main()
