"""How the names of weight files end: what a dropped file is taken for, what a file dialog offers.  Imports nothing."""

WEIGHT_SUFFIXES = (
    ".safetensors", ".pth", ".pt", ".th", ".bin", ".ckpt", ".pth.tar", ".h5", ".hdf5", ".keras",
)  # fmt: skip
"""Ends of file names that mean a network; ".pth.tar", which is no tar file, is what torch's ImageNet example writes."""
