"""What a person calls a network: "built-in", a name of the catalogue, or a file; and which of them fits a hash."""

import os

from resnet_gui.results.path_text import shown_path
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.weights.published.catalogue import Entry, catalogue, find
from resnet_gui.weights.published.installed import is_installed, path_of, record_of


def is_name(network: str) -> bool:
    """Whether `NetworkChoice.network` is a name, not a path.  A file of the same name goes before the catalogue."""
    return network == BUILT_IN or (find(network) is not None and not os.path.isfile(network))  # noqa: PTH113


def name_of(network: str) -> str:
    """The name in place of the path, where the file is one that the catalogue put into the program's own folder."""
    if is_name(network):
        return network
    whole = os.path.abspath(network)  # noqa: PTH100  (Path.resolve would follow links)
    return next((entry.name for entry in catalogue() if os.path.abspath(path_of(entry)) == whole), network)  # noqa: PTH100


def entry_with(sha256: str) -> Entry | None:
    """The entry whose file has this SHA-256: as published (perhaps only its first digits), or as measured here."""
    for entry in catalogue():
        record = record_of(entry)
        if (entry.sha256 and sha256.startswith(entry.sha256)) or (record is not None and record.sha256 == sha256):
            return entry
    return None


def here_or_how(sha256: str | None) -> tuple[str, str]:
    """For missing weights: a name under which they are here, else what to do to get them; empty for neither."""
    entry = None if sha256 is None else entry_with(sha256)
    if entry is None:
        return "", ""
    if is_installed(entry):
        return entry.name, ""
    return "", f" They are published: 'resnet-gui weights download {entry.name}' gets them."


def choice_title(choice: str) -> str:
    """What a person calls a network that may not be loaded: by its place in the program, the catalogue, or its file."""
    if choice == BUILT_IN:
        return "ResNet-50 · ImageNet · built in"
    entry = find(choice)
    return shown_path(os.path.basename(choice)) if entry is None else entry.title
