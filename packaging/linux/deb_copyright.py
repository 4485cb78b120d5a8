"""The package's copyright file, in Debian's machine-readable form (DEP-5), with the licence texts inside.

What the frozen folder is made of stands in its NOTICES.txt (packaging/notices.py writes it): a part's name, indented
below it its licence in a word and the texts below `licenses/`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

COMMON = {
    ("GNU LESSER GENERAL PUBLIC LICENSE", "Version 3"): "LGPL-3",
    ("GNU LESSER GENERAL PUBLIC LICENSE", "Version 2.1"): "LGPL-2.1",
    ("GNU LIBRARY GENERAL PUBLIC LICENSE", "Version 2"): "LGPL-2",
    ("GNU GENERAL PUBLIC LICENSE", "Version 3"): "GPL-3",
    ("GNU GENERAL PUBLIC LICENSE", "Version 2"): "GPL-2",
    ("GNU GENERAL PUBLIC LICENSE", "Version 1"): "GPL-1",
    ("GNU Free Documentation License", "Version 1.3"): "GFDL-1.3",
    ("Apache License", "Version 2.0, January 2004"): "Apache-2.0",
    ("Mozilla Public License", "Version 2.0"): "MPL-2.0",
}
"""First words of texts that every Debian system has under /usr/share/common-licenses: policy 12.5 wants the path."""
_HEAD = 600
"""Characters from a text's start in which its title stands."""

_OWN = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: resnet-gui
Source: made by packaging/build.py and packaging/linux/deb.py of resnet-gui's sources
Comment: The package holds a frozen program: resnet-gui together with Python and the libraries it uses.

Files: *
Copyright: 2026 The resnet-gui authors
License: Expat

@PARTS@Files: usr/lib/resnet-gui/_internal/resnet_gui/resources/networks/*
Copyright: 2016 Shaoqing Ren
           2016 François Chollet
           2019 Paul Spende
License: Expat

Files: usr/lib/resnet-gui/_internal/resnet_gui/resources/samples/*
Copyright: NASA
           James S. Davis, United States Navy
           Stéfan van der Walt
           Rachel Michetti
           SpaceX
License: public-domain-or-CC0-1.0
Comment: The README beside the pictures says which is whose.

"""
_PARTS = """\
Files: usr/lib/resnet-gui/_internal/*
Copyright: the authors of the parts below, whom their licence texts name
License: those-of-its-parts

"""
_CC0 = """\
License: public-domain-or-CC0-1.0
 astronaut.png and grace_hopper.jpg are works of the United States' government and in the public domain. chelsea.png,
 coffee.png and rocket.jpg were given to the public domain under CC0 1.0; its text is in
 /usr/share/common-licenses/CC0-1.0.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A row of NOTICES.txt.  texts: paths below the frozen folder."""

    name: str
    licence: str
    texts: tuple[str, ...]


def copyright_text(folder: Path, root: Path) -> str:
    """The whole file.  folder: the frozen program.  root: the sources, for our own licence.

    Raises FileNotFoundError where NOTICES.txt names a text that is not there.
    """
    notices = folder / "NOTICES.txt"
    parts = parts_of(notices.read_text(encoding="utf-8")) if notices.is_file() else []
    expat = (root / "LICENSE").read_text(encoding="utf-8").partition("\n\n")[2].partition("\n\n")[2]
    # Of several patterns that fit a file the last one counts, so ours for the network and the samples come after it.
    stanzas = [_OWN.replace("@PARTS@", _PARTS if parts else ""), f"License: Expat\n{_indented(expat)}\n", _CC0]
    if parts:
        stanzas.append(f"\nLicense: those-of-its-parts\n{_indented(_texts(folder, parts))}")
    return "".join(stanzas)


def parts_of(notices: str) -> list[Part]:
    """The rows of NOTICES.txt: a line without indent, followed by indented ones."""
    parts = []
    for name, block in re.findall(r"^(\S[^\n]*)\n((?:    \S[^\n]*\n)+)", notices, re.MULTILINE):
        lines = [line.strip() for line in block.splitlines()]
        texts = tuple(line for line in lines if line.startswith("licenses/"))
        parts.append(Part(name, " ".join(line for line in lines if line not in texts), texts))
    return parts


def common_licence(text: str) -> str | None:
    """The name under /usr/share/common-licenses of a text that is only that licence, or None."""
    head = " ".join(text[:_HEAD].split())
    for (title, version), name in COMMON.items():
        if head.startswith(title) and version in head:
            return name
    return None


def _texts(folder: Path, parts: list[Part]) -> str:
    """Each part and its texts; a text that several parts share stands there once."""
    seen: dict[str, str] = {}
    rows = [f"{part.name} ({part.licence}): {', '.join(part.texts) or 'no text of its own'}" for part in parts]
    blocks = ["\n".join(rows)]
    for path in sorted({path for part in parts for path in part.texts}):
        text = (folder / path).read_text(encoding="utf-8", errors="replace").strip()
        title = f"---- {path}"
        common = common_licence(text)
        if common:
            blocks.append(f"{title}\nThe text is in /usr/share/common-licenses/{common}.")
        elif text in seen:
            blocks.append(f"{title}\nThe same text as {seen[text]}.")
        else:
            seen[text] = path
            blocks.append(f"{title}\n{text}")
    return "\n\n".join(blocks)


def _indented(text: str) -> str:
    """As a field's following lines: a space before each, a dot for an empty one."""
    lines = (re.sub(r"[^\S ]", " ", line).rstrip() for line in text.strip().splitlines())
    return "".join(f" {line}\n" if line else " .\n" for line in lines)
