"""simplejpeg for PyInstaller: its one extension module imports numpy's C interface by name."""

hiddenimports = ["numpy", "numpy._core._multiarray_umath"]
