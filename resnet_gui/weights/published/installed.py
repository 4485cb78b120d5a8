"""The folder of downloaded weights: what lies there, what proves it, copying in, checking, removing.  Numpy-free.

Beside each file lies a record (NAME.json): its whole SHA-256 as measured when it was put there, and what proved the
file then.  So a later check compares every byte, also of files whose publisher tells only a part of the hash.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from resnet_gui.errors import StoppedError, WeightsError, Wording
from resnet_gui.files import open_regular, replaced
from resnet_gui.folders import folders, make_private_folder
from resnet_gui.weights.published.catalogue import Entry, catalogue, needs_md5, proven
from resnet_gui.weights.published.transfer import (
    ProgressMeter,
    Report,
    Stop,
    TransferPhase,
    no_report,
    no_stop,
)

PIECE = 4 << 20
"""Bytes read at a time."""


class Proof(StrEnum):
    """What proves that a file is the catalogue's."""

    SHA256 = "sha256"
    """The whole SHA-256."""
    BEGINNING = "sha256-beginning"
    """The published first digits of the SHA-256, the size and the name."""
    MD5 = "md5"
    """The published MD5."""
    PUBLISHER = "publisher"
    """The SHA-256 that the publisher's server sent with the file."""
    WORD = "word"
    """A person's word; the size fits."""


class FileState(StrEnum):
    """The result of checking an installed file."""

    OK = "ok"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"
    """Nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Digests:
    """The hashes of a file.

    sha256: 64 hex digits.
    md5: 32 hex digits, or empty where it is not needed.
    size: in bytes.
    """

    sha256: str
    md5: str
    size: int


@dataclass(frozen=True, slots=True)
class Record:
    """The record of an installed file.

    entry: its name in the catalogue.
    sha256: as measured when it was put there, 64 hex digits.
    size: in bytes.
    proof: what proved it then.
    origin: address or path it came from.
    when: UTC, ISO 8601.
    """

    entry: str
    sha256: str
    size: int
    proof: Proof
    origin: str
    when: str


def path_of(entry: Entry, folder: Path | None = None) -> Path:
    """Where the entry's file is, or would be."""
    return (folder or folders().weights) / entry.file_name


def is_installed(entry: Entry, folder: Path | None = None) -> bool:
    """Whether the file is there with a size that fits.  Its bytes are compared when it is loaded, and by `verify`."""
    try:
        return entry.fits_size(path_of(entry, folder).stat().st_size)
    except OSError:
        return False


def part_of(entry: Entry, folder: Path | None = None) -> Path:
    """Where an unfinished download of the entry is kept."""
    return path_of(entry, folder).with_name(f"{entry.file_name}.part")


def part_size(entry: Entry, folder: Path | None = None) -> int:
    """Bytes of an unfinished download, 0 where there is none."""
    try:
        return part_of(entry, folder).stat().st_size
    except OSError:
        return 0


def record_of(entry: Entry, folder: Path | None = None) -> Record | None:
    """The record beside an entry's file; None where there is none, or none that can be read."""
    try:
        values = json.loads(_record_path(path_of(entry, folder)).read_text(encoding="utf-8"))
        return Record(**{**values, "proof": Proof(values["proof"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def hash_file(path: Path, *, md5: bool | None = None, report: Report = no_report, stop: Stop = no_stop) -> Digests:
    """Hash a file.  md5: whether that is wanted; None: where the catalogue may need it.

    Raises OSError, StoppedError.
    """
    size = path.stat().st_size
    sha256, also, done = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    meter = ProgressMeter(report, TransferPhase.CHECKING, 0, size)
    with open_regular(path) as file:
        for piece in pieces(file, meter, stop, f"The check of '{path}' was stopped."):
            if md5 is None:
                md5 = needs_md5(size, piece)
            sha256.update(piece)
            if md5:
                also.update(piece)
            done += len(piece)
    return Digests(sha256.hexdigest(), also.hexdigest() if md5 else "", done)


def pieces(file: BinaryIO, meter: ProgressMeter, stop: Stop, when_stopped: str) -> Iterator[bytes]:
    """The rest of a file in pieces, each reported once it is used.  Raises StoppedError with that sentence."""
    done = 0
    while piece := file.read(PIECE):
        if stop():
            raise StoppedError(when_stopped)
        yield piece
        done += len(piece)
        meter.update(done)


def proof_of(entry: Entry, digests: Digests, names: tuple[str, ...]) -> Proof | None:
    """What proves a measured file to be the entry's by the catalogue alone; None where nothing does."""
    if not entry.is_proven_by(sha256=digests.sha256, md5=digests.md5, size=digests.size, names=names):
        return None
    if entry.has_whole_sha256:
        return Proof.SHA256
    return Proof.MD5 if entry.md5 else Proof.BEGINNING


def recognise(path: Path, digests: Digests, folder: Path | None = None) -> Entry | None:
    """The entry that a measured file is: by the catalogue's hashes, or as the same bytes as an installed file."""
    known = proven(sha256=digests.sha256, md5=digests.md5, size=digests.size, names=(path.name,))
    if known is not None:
        return known
    for entry in catalogue():
        if not entry.has_whole_sha256 and entry.fits_size(digests.size):
            record = record_of(entry, folder)
            if record is not None and record.sha256 == digests.sha256:
                return entry
    return None


def adopt(
    path: Path,
    entry: Entry | None = None,
    folder: Path | None = None,
    *,
    report: Report = no_report,
    stop: Stop = no_stop,
) -> Entry:
    """Copy a file that a person has into the folder, once it is proven to be in the catalogue; the entry it is.

    entry: what it is meant to be.  Where the catalogue has no hash for that entry, the size must fit, and the record
    says that nothing more was compared.  Raises WeightsError, StoppedError.
    """
    with _file_errors(path):
        digests = hash_file(path, report=report, stop=stop)
        found = recognise(path, digests, folder)
        if found is None and entry is not None and _may_be(entry, digests):
            found = entry
        if found is None or (entry is not None and found is not entry):
            raise WeightsError(_not_it(path, digests, entry, found))
        target = path_of(found, folder)
        make_private_folder(target.parent)
        if not (target.exists() and target.samefile(path)):
            _copy(path, target, digests, report, stop)
        proof = proof_of(found, digests, (found.file_name,)) or Proof.WORD
        write_record(target, Record(found.name, digests.sha256, digests.size, proof, str(path), now()))
        return found


def _may_be(entry: Entry, digests: Digests) -> bool:
    """Whether a file that a person says to be `entry` may be it: by its hash (not its name), else by its size."""
    if entry.sha256 or entry.md5:
        return proof_of(entry, digests, (entry.file_name,)) is not None
    return entry.fits_size(digests.size)


def _not_it(path: Path, digests: Digests, entry: Entry | None, found: Entry | None) -> str | Wording:
    if found is not None and entry is not None:
        return f"'{path}' is not {entry.name} but {found.name}; nothing was copied."
    if entry is not None:
        return (
            f"'{path}' is not the file of {entry.name}, or is damaged: its SHA-256 is {digests.sha256}, its size "
            f"{digests.size:,} bytes. Nothing was copied; fetch {entry.urls[0]} again."
        )
    use = Wording(f"resnet-gui classify --network '{path}'.", "Network › Open weight file.")
    return use.after(
        f"'{path}' is no file of the catalogue (SHA-256 {digests.sha256}); nothing was copied. It can be used all the "
        "same: "
    )


def _copy(source: Path, target: Path, digests: Digests, report: Report, stop: Stop) -> None:
    """Aside and renamed; what was copied is hashed again, since the source may have changed meanwhile."""
    sha256 = hashlib.sha256()
    meter = ProgressMeter(report, TransferPhase.COPYING, 0, digests.size)
    with source.open("rb") as given, replaced(target, sync=True) as copy:
        for piece in pieces(given, meter, stop, f"The copying of '{source}' was stopped; nothing was kept."):
            sha256.update(piece)
            copy.write(piece)
        if sha256.hexdigest() != digests.sha256:
            raise WeightsError(f"'{source}' changed while it was copied; nothing was kept. Try again.")


def verify(
    entry: Entry, folder: Path | None = None, *, report: Report = no_report, stop: Stop = no_stop
) -> tuple[FileState, Wording]:
    """Hash an installed file again; its state and a sentence.

    Raises WeightsError where it is not there, StoppedError.
    """
    path = path_of(entry, folder)
    if not path.exists():
        raise WeightsError(not_installed(entry, folder))
    with _file_errors(path):
        digests = hash_file(path, md5=bool(entry.md5), report=report, stop=stop)
    record = record_of(entry, folder)
    proof = proof_of(entry, digests, (path.name,))
    same = record is not None and record.sha256 == digests.sha256
    contradicted = proof is None and bool(entry.sha256 or entry.md5)
    if contradicted or (record is not None and not same):
        expected = entry.sha256 or (entry.md5 and f"MD5 {entry.md5}") or (record.sha256 if record else "")
        again = "and download it again."
        return FileState.DAMAGED, Wording(f" (resnet-gui weights remove {entry.name}) {again}", f" {again}").after(
            f"'{path}' is damaged or another file: its SHA-256 is {digests.sha256}, expected was {expected}. Remove it"
        )
    if proof is not None:
        verdict, sentence = FileState.OK, f"is whole: its {_WORDS[proof]} is the published one."
    elif record is not None and same and record.proof is Proof.PUBLISHER:
        verdict, sentence = FileState.OK, "is whole: its SHA-256 is the one its publisher sent with it."
    elif same:
        verdict, sentence = FileState.UNKNOWN, "has not changed since it was added, but no published hash is known."
    else:
        verdict, sentence = FileState.UNKNOWN, "cannot be checked: no published hash and no record of it is known."
    return verdict, Wording(sentence, sentence).after(f"{entry.name} ")


_WORDS = {Proof.SHA256: "SHA-256", Proof.BEGINNING: "SHA-256, as far as it is published,", Proof.MD5: "MD5"}


def remove(entry: Entry, folder: Path | None = None) -> int:
    """Delete an entry's file, its record and an unfinished download; the bytes that became free.  WeightsError."""
    path, part = path_of(entry, folder), part_of(entry, folder)
    freed = 0
    with _file_errors(path):
        for each in (path, part, _record_path(path), _record_path(part)):
            if each.exists():
                freed += each.stat().st_size
                each.unlink()
    return freed


def not_installed(entry: Entry, folder: Path | None = None) -> Wording:
    """What to do about an entry that is not there."""
    if path_of(entry, folder).exists():
        again = "and download it again."
        return Wording(f"Run 'resnet-gui weights remove {entry.name}' {again}", f"Remove it {again}").after(
            f"'{path_of(entry, folder)}' has not the size of {entry.name}: it is damaged or another file. "
        )
    elsewhere, size = fetch_elsewhere(entry), f"({entry.size / 1e6:,.0f} MB), or "
    return Wording(
        f"run 'resnet-gui weights download {entry.name}' {size}{elsewhere.terminal}",
        f"download it in Network › Weights… {size}{elsewhere.window}",
    ).after(f"{entry.name} is not installed; ")


def fetch_elsewhere(entry: Entry) -> Wording:
    """How to do without a connection here: which file, and what to do with it."""
    save = f"(or save it as '{path_of(entry)}')."
    return Wording(
        f"run 'resnet-gui weights download {entry.name} --file FILE' with it {save}", f"add the file here {save}"
    ).after(f"fetch {entry.urls[0]} on another computer and ")


def write_record(path: Path, record: Record) -> None:
    """Beside the file at `path`; aside and renamed.  Raises OSError."""
    with replaced(_record_path(path)) as file:
        file.write(json.dumps(asdict(record), indent=2).encode())


def now() -> str:
    """The time as records have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _record_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    """OSErrors inside become a WeightsError that names the file."""
    try:
        yield
    except OSError as error:
        name = error.filename or path
        raise WeightsError(f"'{name}' cannot be read or written: {error.strerror or error}.") from error
