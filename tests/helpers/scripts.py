"""Scripts beside the package (packaging/, docs/, resources/), loaded for a look at their parts."""

import importlib.util
import sys
from types import ModuleType

from tests.helpers.shared import REPOSITORY


def load_script(place: str) -> ModuleType:
    """The script as a module.  place: its path inside the repository; what it imports from beside it is found, too."""
    path = REPOSITORY / place
    folder = str(path.parent)
    if folder not in sys.path:
        sys.path.append(folder)  # at the end: nothing there may stand before an installed package
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules.setdefault(path.stem, importlib.util.module_from_spec(spec))
    if module.__spec__ is spec:
        spec.loader.exec_module(module)
    return module
