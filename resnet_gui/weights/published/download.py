"""Fetching a published weight file: resumed where it stopped, verified, and only then given its name.

    lock ─▶ NAME.part (what is there is hashed) ─▶ GET the rest ─▶ append + hash ─▶ compare ─▶ record ─▶ NAME

What came stays after a cut, a stop or a crash, and the next download goes on from it.  What has the wrong hash goes.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from resnet_gui.errors import DownloadError, StoppedError
from resnet_gui.folders import folders, make_private_folder
from resnet_gui.weights.published.catalogue import Entry
from resnet_gui.weights.published.installed import (
    Proof,
    Record,
    fetch_elsewhere,
    hash_file,
    is_installed,
    now,
    part_of,
    part_size,
    path_of,
    proof_of,
    record_of,
    write_record,
)
from resnet_gui.weights.published.part_file import PartFile
from resnet_gui.weights.published.transfer import (
    FetchError,
    ProgressMeter,
    Report,
    Response,
    Stop,
    TransferPhase,
    TransferProgress,
    no_report,
    no_stop,
)

_SPARE_BYTES = 16 << 20
_MOST_FAILURES = 4
_WAITS_S = (0.5, 1.0, 2.0, 4.0)
_PROGRESS_BYTES = 1 << 20
"""Tries are counted anew once so much has come."""
_LOCK_POLL_S = 0.2
_PAUSE_S = 0.05


def download(entry: Entry, folder: Path | None = None, *, report: Report = no_report, stop: Stop = no_stop) -> Path:
    """The path of the entry's file, fetched unless it is there.

    folder: the program's own if None; made if need be.  report and stop are called in this thread.
    Raises DownloadError (a sentence that names the address and where to put the file), StoppedError; what came is kept.
    """
    folder = folder or folders().weights
    with _disk_errors(entry), _locked(entry, folder, report, stop):
        path = path_of(entry, folder)
        if not _is_there(entry, folder, report, stop):
            _fetch_any(entry, folder, report, stop)
        report(TransferProgress(TransferPhase.DONE, path.stat().st_size, path.stat().st_size))
        return path


@contextmanager
def _disk_errors(entry: Entry) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DownloadError(
            f"{entry.name} cannot be kept: '{error.filename or folders().weights}' cannot be written "
            f"({error.strerror or error})."
        ) from error


@contextmanager
def _locked(entry: Entry, folder: Path, report: Report, stop: Stop) -> Iterator[None]:
    """One program at a time fetches a file; the others wait, and find it finished."""
    make_private_folder(folder)
    lock = FileLock(folder / f".{entry.file_name}.lock", thread_local=False)
    while True:
        try:
            lock.acquire(timeout=_LOCK_POLL_S)
            break
        except Timeout:
            if stop():
                raise StoppedError(f"The download of {entry.name} was stopped.") from None
            report(TransferProgress(TransferPhase.WAITING, part_size(entry, folder), entry.size))
        except NotImplementedError as error:
            raise DownloadError(f"The drive of '{folder}' has no file locks; move the data folder.") from error
    try:
        yield
    finally:
        lock.release()


def _is_there(entry: Entry, folder: Path, report: Report, stop: Stop) -> bool:
    """Whether the file is there already; one that a person put there by hand is proven and gets its record."""
    if not is_installed(entry, folder):
        return False
    if record_of(entry, folder) is not None:
        return True
    path = path_of(entry, folder)
    digests = hash_file(path, md5=bool(entry.md5), report=report, stop=stop)
    proof = proof_of(entry, digests, (path.name,))
    if proof is None:
        return False
    write_record(path, Record(entry.name, digests.sha256, digests.size, proof, str(path), now()))
    return True


def _fetch_any(entry: Entry, folder: Path, report: Report, stop: Stop) -> None:
    """From the first address that works."""
    failure: FetchError | None = None
    with closing(PartFile(part_of(entry, folder))) as part:
        try:
            part.resume(entry.size, report, stop)
            for url in entry.urls:
                try:
                    return _fetch(entry, url, part, path_of(entry, folder), report, stop)
                except FetchError as error:
                    failure = error
        except StoppedError:
            raise StoppedError(
                f"The download of {entry.name} was stopped; what came is kept, and the next download goes on from it."
            ) from None
    raise DownloadError(
        fetch_elsewhere(entry).after(f"{entry.name} cannot be downloaded: {failure}. Try again later, or ")
    )


def _fetch(entry: Entry, url: str, part: PartFile, target: Path, report: Report, stop: Stop) -> None:
    """Until it is whole, over as many connections as it takes.  Raises FetchError when it does not come on."""
    failures, mark, fresh = 0, part.size, not part.size
    whole = part.size > 0 and _verify(entry, part, "")[1] is not None  # only its name was still missing
    while True:
        try:
            published = "" if whole else _one_connection(entry, url, part, report, stop)
        except FetchError as error:
            failures = 1 if part.size - mark >= _PROGRESS_BYTES else failures + 1
            mark = part.size
            if not error.again or failures > _MOST_FAILURES:
                raise
            _pause(entry, _WAITS_S[failures - 1], report, part.size, stop)
            continue
        problem, proof = _verify(entry, part, published)
        if proof is not None:
            digests = part.digests()
            write_record(target, Record(entry.name, digests.sha256, digests.size, proof, url, now()))
            return part.finish(target)
        if fresh:
            part.discard()
            raise DownloadError(fetch_elsewhere(entry).after(f"{problem} Nothing was kept. Try again later, or "))
        # What an earlier download left may have been another file's beginning: once more, from the start.
        fresh, failures, mark = True, 0, 0
        part.begin("", {})


def _one_connection(entry: Entry, url: str, part: PartFile, report: Report, stop: Stop) -> str:
    """Append what one GET brings, to the end of the file.  The SHA-256 the server sent along, or empty."""
    from resnet_gui.weights.published.fetch import Fetch

    report(TransferProgress(TransferPhase.CONNECTING, part.size, entry.size))
    decided = bool(entry.sha256 or entry.md5)
    with closing(Fetch(url, part.continuation(url, hash_decides=decided))) as fetch:
        response = fetch.response(stop)
        total = _accept(entry, url, part, response)
        _require_room(entry, part, total)
        meter = ProgressMeter(report, TransferPhase.DOWNLOADING, part.size, total or entry.size)
        for piece in fetch.pieces(stop) if part.size != total else ():
            if part.size + len(piece) > (total or entry.most_bytes):
                part.begin("", {})
                raise FetchError("the server sends more than the file has", again=False)
            part.append(piece)
            meter.update(part.size)
        if part.size < (total or (0 if entry.size_about else entry.size)):
            raise FetchError("the connection was cut before the end", again=True)
        return response.published


def _accept(entry: Entry, url: str, part: PartFile, response: Response) -> int | None:
    """Make the part fit the response: go on, or from the start.  The whole file's size, None where unknown."""
    if response.status == 206 and part.size:
        unit, _, numbers = response.headers.get("content-range", "").partition(" ")
        span, _, whole = numbers.partition("/")
        if unit == "bytes" and span.partition("-")[0] == str(part.size) and whole.isdecimal():
            return _fitting(entry, int(whole))
        part.begin("", {})
        raise FetchError("the server sent another part than the one asked for", again=True)
    if response.status == 416:
        part.begin("", {})
        raise FetchError("the server has less of the file than is here already", again=True)
    if response.status != 200:
        raise _refusal(response.status, url)
    if response.headers.get("content-type", "").startswith("text/html"):
        raise FetchError(
            "a web page came instead of the file; does this network ask for a login in the browser?", again=False
        )
    length = response.headers.get("content-length", "")
    total = _fitting(entry, int(length)) if length.isdecimal() else None
    part.begin(url, response.headers)
    return total


def _fitting(entry: Entry, total: int) -> int:
    if not entry.fits_size(total):
        about = "about " if entry.size_about else ""
        raise FetchError(f"the server has a file of {total:,} bytes there, not {about}{entry.size:,}", again=False)
    return total


def _refusal(status: int, url: str) -> FetchError:
    match status:
        case 404 | 410:
            return FetchError(f"{url} is no longer there ({status})", again=False)
        case 401 | 403 | 407 | 451:
            return FetchError(f"the server refuses to hand out {url} ({status})", again=False)
        case 408 | 425 | 429:
            return FetchError(f"the server asks to come back later ({status})", again=True)
    return FetchError(
        f"the server has a fault ({status})" if status >= 500 else f"it answered {status}", again=status >= 500
    )


def _require_room(entry: Entry, part: PartFile, total: int | None) -> None:
    missing = (total or entry.size) - part.size
    free = shutil.disk_usage(part.folder).free
    if free < missing + _SPARE_BYTES:
        raise DownloadError(
            f"There is no room for {entry.name} in '{part.folder}': {missing / 1e6:,.0f} MB are needed, "
            f"{free / 1e6:,.0f} MB are free. Make room and download again."
        )


def _verify(entry: Entry, part: PartFile, published: str) -> tuple[str, Proof | None]:
    """Whether the whole is the published file: what is wrong with it, or what proves it."""
    digests = part.digests()
    proof = proof_of(entry, digests, (entry.file_name,))
    if proof is not None:
        return "", proof
    if not (entry.sha256 or entry.md5):
        if not published:
            return f"{entry.name} came without a hash to check it by, and the catalogue has none.", None
        if published == digests.sha256:
            return "", Proof.PUBLISHER
    found = f"MD5 {digests.md5}" if entry.md5 else f"SHA-256 {digests.sha256}"
    expected = entry.md5 or entry.sha256 or published
    beginning = "" if entry.md5 or entry.has_whole_sha256 or not entry.sha256 else "…"
    return f"What came for {entry.name} is not the published file: {found} instead of {expected}{beginning}.", None


def _pause(entry: Entry, seconds: float, report: Report, done: int, stop: Stop) -> None:
    report(TransferProgress(TransferPhase.CONNECTING, done, entry.size))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if stop():
            raise StoppedError("The download was stopped.")
        time.sleep(_PAUSE_S)
