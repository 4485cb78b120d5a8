"""How the names of weight files and of class-name files end: what a dropped file is taken for, what dialogs offer.

Pictures have theirs in `images.sniff`, tables in `results.formats`, recipes in `runs.recipe_file`.  Imports nothing.
"""

SAFETENSORS = ".safetensors"
"""The format that the program writes."""
WEIGHT_SUFFIXES = (
    SAFETENSORS, ".pth", ".pt", ".th", ".bin", ".ckpt", ".pth.tar", ".h5", ".hdf5", ".keras",
)  # fmt: skip
"""Ends of file names that mean a network; ".pth.tar", which is no tar file, is what torch's ImageNet example writes."""
NAME_TABLE_SUFFIXES = (".csv", ".tsv")
NAME_SUFFIXES = (".txt", *NAME_TABLE_SUFFIXES, ".json")
"""Ends of file names that may hold class names."""
