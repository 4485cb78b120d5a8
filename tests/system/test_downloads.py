"""Downloads by real processes: two at once, killed, interrupted, a disk that is full, a certificate, the command line.

The processes run this project's download function on an entry of their own, since the catalogue has https only.
"""

import json
import os
import random
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from resnet_gui.assets import resources
from tests.helpers.file_server import Behaviour, serving, tunnelling, wait_for
from tests.helpers.program import environment, run

SAMPLE = resources() / "samples" / "coffee.png"
CONTENT = random.Random(3).randbytes(4_000_000)
_FETCH = """
import sys
from pathlib import Path
from resnet_gui.cli.guarded import run_guarded
from resnet_gui.network.variants import published
from resnet_gui.weights.published.catalogue import Entry, Source
from resnet_gui.weights.published.download import download

url, folder, digest, size = sys.argv[1:]
source = Source("", "", "", "")
entry = Entry("some", "Some", source, published(18), "torch", (url,), "some.pth", int(size), sha256=digest)

def work():
    print(download(entry, Path(folder), report=lambda p: print(p.phase, file=sys.stderr, flush=True)))
    return 0

raise SystemExit(run_guarded(work))
"""


@contextmanager
def fetching(url: str, folder: Path, home: Path, **extra: str) -> Iterator[subprocess.Popen[str]]:
    """A process that downloads; killed at the end if it still runs."""
    given = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"), "")
    process = subprocess.Popen(
        [sys.executable, "-c", _FETCH, url, str(folder), sha256(CONTENT).hexdigest(), str(len(CONTENT))],
        env=environment(home, given | extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def part_bytes(folder: Path) -> int:
    part = folder / "some.pth.part"
    return part.stat().st_size if part.exists() else 0


def test_two_programs_fetch_one_file_once(tmp_path: Path) -> None:
    behaviour = Behaviour(CONTENT, slow_s=0.0005)
    folder = tmp_path / "w"
    with (
        serving(behaviour) as base,
        fetching(f"{base}/a", folder, tmp_path / "1") as first,
        fetching(f"{base}/a", folder, tmp_path / "2") as second,
    ):
        said = [process.communicate(timeout=60) for process in (first, second)]
        assert [process.returncode for process in (first, second)] == [0, 0], said
    assert (folder / "some.pth").read_bytes() == CONTENT
    assert len(behaviour.requests) == 1
    assert sum("waiting" in err for _, err in said) == 1


def test_after_a_kill_the_next_program_goes_on(tmp_path: Path) -> None:
    behaviour = Behaviour(CONTENT, slow_s=0.01)
    folder = tmp_path / "w"
    with serving(behaviour) as base:
        with fetching(f"{base}/a", folder, tmp_path / "home") as process:
            wait_for(lambda: part_bytes(folder) > 50_000)
            process.kill()
            process.wait()
        there = part_bytes(folder)
        behaviour.slow_s = 0.0
        with fetching(f"{base}/a", folder, tmp_path / "home") as process:
            assert process.communicate(timeout=60)[0] == f"{folder / 'some.pth'}\n"
    assert (folder / "some.pth").read_bytes() == CONTENT
    assert behaviour.requests[1][1]["range"] == f"bytes={there}-"
    assert behaviour.answers == [200, 206]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_it_with_130_and_keeps_the_part(tmp_path: Path) -> None:
    behaviour = Behaviour(CONTENT, slow_s=0.01)
    folder = tmp_path / "w"
    with serving(behaviour) as base, fetching(f"{base}/a", folder, tmp_path / "home") as process:
        wait_for(lambda: part_bytes(folder) > 20_000)
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=5)[1]
        assert process.returncode == 130
        assert "Traceback" not in err
    assert CONTENT.startswith((folder / "some.pth.part").read_bytes())


@pytest.mark.skipif(shutil.which("mount") is None or os.geteuid() != 0, reason="a small disk needs root and mount")
def test_a_disk_that_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    behaviour = Behaviour(CONTENT, slow_s=0.002)
    try:
        with serving(behaviour) as base:
            with fetching(f"{base}/a", disk / "w", tmp_path / "home") as process:
                wait_for(lambda: part_bytes(disk / "w") > 100_000)
                filler = disk / "filler"
                with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
                    while True:
                        file.write(bytes(4096))
                err = process.communicate(timeout=60)[1]
            assert process.returncode == 1
            assert f"The disk is full: '{disk / 'w' / 'some.pth.part'}'" in err
            assert not (disk / "w" / "some.pth").exists()
            filler.unlink()
            behaviour.slow_s = 0.0
            with fetching(f"{base}/a", disk / "w", tmp_path / "home") as process:
                process.communicate(timeout=60)
            assert (disk / "w" / "some.pth").read_bytes() == CONTENT
            assert behaviour.answers == [200, 206]
            shutil.rmtree(disk / "w")
            with (disk / "filler").open("wb") as file:
                file.write(bytes(20 << 20))
            with fetching(f"{base}/a", disk / "w", tmp_path / "home") as process:
                assert "There is no room for some in" in process.communicate(timeout=60)[1]
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made with openssl")
def test_certificates_are_checked_as_the_system_checks_them(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,DNS:weights.invalid", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    behaviour = Behaviour(CONTENT)
    with serving(behaviour, context) as base:
        url = base.replace("http://127.0.0.1", "https://localhost") + "/a"
        with fetching(url, tmp_path / "w", tmp_path / "home") as process:
            err = process.communicate(timeout=60)[1]
        assert process.returncode == 1
        assert "the certificate of localhost is not trusted by this system" in err
        with fetching(url, tmp_path / "w", tmp_path / "home", SSL_CERT_FILE=str(certificate)) as process:
            err = process.communicate(timeout=60)[1]
        assert process.returncode == 0, err
        # Through a proxy: the name is the proxy's to find, the certificate still the server's.
        far = f"https://weights.invalid:{url.split(':')[2]}"
        with (
            tunnelling() as (proxy, asked),
            fetching(
                far, tmp_path / "p", tmp_path / "home", SSL_CERT_FILE=str(certificate), https_proxy=proxy
            ) as process,
        ):
            err = process.communicate(timeout=60)[1]
        assert process.returncode == 0, err
        assert asked == [far.removeprefix("https://").removesuffix("/a")]
        behaviour.redirects = {"/a": "http://localhost/b"}
        with fetching(url, tmp_path / "x", tmp_path / "home", SSL_CERT_FILE=str(certificate)) as process:
            err = process.communicate(timeout=60)[1]
        assert "which is not encrypted" in err
    assert (tmp_path / "w" / "some.pth").read_bytes() == CONTENT


def test_the_commands_of_the_catalogue(tmp_path: Path) -> None:
    listed = run(["weights", "list", "--json"], tmp_path)
    assert listed.status == 0
    facts = {entry["name"]: entry for entry in json.loads(listed.out)}
    assert facts["resnet50.tv2_in1k"]["preprocess"] == "torch-232"
    assert not any(entry["installed"] for entry in facts.values())
    told = run(["weights", "info", "resnet50"], tmp_path)
    assert facts["resnet50.tv2_in1k"]["sha256"] in told.out
    assert "BSD-3-Clause" in told.out
    wrong = run(["weights", "info", "resnet50.tv3_in1k"], tmp_path)
    assert (wrong.status, wrong.out) == (2, "")
    assert "did you mean resnet50.tv" in wrong.err
    missing = run(["classify", "--network", "resnet34", SAMPLE], tmp_path)
    assert missing.status == 1
    assert "resnet-gui weights download resnet34.tv_in1k" in missing.err
    assert run(["weights", "verify"], tmp_path).err == "Nothing is installed.\n"
    assert run(["weights", "remove", "resnet34"], tmp_path).status == 1
    false = tmp_path / "false.pth"
    false.write_bytes(b"no weights at all")
    for command in (["add", false], ["download", "resnet34", "--file", false]):
        refused = run(["weights", *command], tmp_path)
        assert refused.status == 1
        assert "nothing was copied" in refused.err.lower()
    assert run(["weights", "download", "resnet18", "resnet34", "--file", false], tmp_path).status == 2


def test_offline_the_command_names_the_file_and_where_to_put_it(tmp_path: Path) -> None:
    """All proxies lead nowhere, so no name is ever looked up."""
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9") | {"no_proxy": ""}
    done = run(["weights", "download", "resnet18"], tmp_path, extra=nowhere)
    assert done.status == 1
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    assert "https://download.pytorch.org/models/resnet18-f37072fd.pth" in done.err
    assert str(tmp_path / "data" / "weights" / "resnet18-f37072fd.pth") in done.err


def test_any_file_becomes_safetensors_and_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    target = tmp_path / "copy.safetensors"
    assert run(["weights", "convert", "built-in", target], tmp_path).status == 0
    again = run(["weights", "convert", "built-in", target], tmp_path)
    assert again.status == 1
    assert "is there already" in again.err
    before = target.stat().st_mtime_ns
    assert run(["weights", "convert", "built-in", target, "--half", "--force"], tmp_path).status == 0
    assert target.stat().st_mtime_ns != before
    told = json.loads(run(["weights", "info", target, "--json"], tmp_path).out)
    assert (told["network"], told["preprocess"], told["assumed"]) == ("ResNet-50", "caffe", [])
