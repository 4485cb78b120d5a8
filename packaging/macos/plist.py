"""What macOS reads from the application bundle: the content of Info.plist.

    python packaging/macos/plist.py        prints it

packaging/resnet-gui.spec gives it to PyInstaller's BUNDLE, which adds the executable's and the icon's names.
"""

import plistlib
import sys
import tomllib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # packaging/ is no package: "packaging" is PyPI's

from file_types import PICTURES, WEIGHTS, FileType

BUNDLE_ID = "io.github.resnet-gui"
"""A name in Apple's form (letters, digits, hyphens, dots).  It must stay the same once a version has been given out:
permissions that a person gave, and the signature, belong to it."""
OLDEST_MACOS = "13.0"
"""Qt 6.10 asks for macOS 13."""
ROOT = Path(__file__).resolve().parents[2]


def project_version() -> str:
    """The version in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def info_plist(version: str) -> dict[str, Any]:
    """Info.plist as a dictionary, for the version that pyproject.toml names."""
    return {
        "CFBundleIdentifier": BUNDLE_ID,
        "CFBundleName": "resnet-gui",
        "CFBundleDisplayName": "resnet-gui",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundlePackageType": "APPL",
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleDevelopmentRegion": "en",
        "LSMinimumSystemVersion": OLDEST_MACOS,
        "LSApplicationCategoryType": "public.app-category.graphics-design",
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,  # dark mode
        "NSPrincipalClass": "NSApplication",
        "NSHumanReadableCopyright": "Copyright (c) 2026 The resnet-gui authors. MIT License.",
        "CFBundleDocumentTypes": document_types(),
        "UTImportedTypeDeclarations": [_imported(kind) for kind in WEIGHTS],
    }


def document_types() -> list[dict[str, Any]]:
    """What Finder's "Open With" and the Dock icon take.  LSHandlerRank Alternate: offered, never the default."""
    unknown = [extension for kind in PICTURES if not kind.on_macos for extension in kind.extensions]
    return [
        _document("Picture", LSItemContentTypes=["public.image"]),
        # With LSItemContentTypes macOS would pass over the extensions: hence a row of their own.
        _document("Picture of a format macOS does not know", CFBundleTypeExtensions=unknown),
        _document("Folder", LSItemContentTypes=["public.folder"]),
        *(_document(kind.name, LSItemContentTypes=[type_id(kind)]) for kind in WEIGHTS),
    ]


def type_id(kind: FileType) -> str:
    """Our name for a kind of weight file: none of their makers has given one out."""
    return f"{BUNDLE_ID}.{kind.extensions[0]}"


def _document(name: str, **more: list[str]) -> dict[str, Any]:
    return {"CFBundleTypeName": name, "CFBundleTypeRole": "Viewer", "LSHandlerRank": "Alternate", **more}


def _imported(kind: FileType) -> dict[str, Any]:
    """Imported, not exported: the formats are others'; if their programs are installed, theirs counts.

    macOS knows only what follows the last dot, so ".pth.tar" stays out: it would be every tar file.
    """
    return {
        "UTTypeIdentifier": type_id(kind),
        "UTTypeDescription": kind.name,
        "UTTypeConformsTo": ["public.data"],
        "UTTypeTagSpecification": {
            "public.filename-extension": [extension for extension in kind.extensions if "." not in extension]
        },
    }


if __name__ == "__main__":
    sys.stdout.write(plistlib.dumps(info_plist(project_version())).decode())
