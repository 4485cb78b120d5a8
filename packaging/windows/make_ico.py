"""Makes resnet-gui.ico from the icon's PNG files: `python packaging/windows/make_ico.py`.

Windows takes 16 to 48 px for lists, menus and the desktop, 256 px for large views; each is our own drawing of that
size, none is a scaled one.
"""

from pathlib import Path

from PIL import Image

SIDES = (256, 128, 64, 48, 32, 24, 16)
ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"
TARGET = Path(__file__).with_name("resnet-gui.ico")


def main() -> None:
    """Write resnet-gui.ico beside this file; all sizes as PNG, which Windows reads since Vista."""
    pictures = [Image.open(ICONS / f"resnet-gui-{side}.png") for side in SIDES]
    pictures[0].save(TARGET, format="ICO", sizes=[picture.size for picture in pictures], append_images=pictures[1:])
    print(f"{TARGET.name}: {', '.join(f'{side} px' for side in SIDES)}")


if __name__ == "__main__":
    main()
