"""pi_heif for PyInstaller: its extension module lies beside the package, not in it."""

hiddenimports = ["_pi_heif"]
