"""The reader of strace's words, which judges whether the packaged program writes where it may not."""

import pytest

from tests.helpers.strace import written

OPENED = 'openat(AT_FDCWD</h>, "/tmp/stray", O_WRONLY|O_CREAT, 0666) = 5</tmp/stray>'


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (OPENED, "/tmp/stray"),
        ('openat(7</tmp/a b>, "stray", O_RDWR|O_CREAT, 0666) = 5</tmp/a b/stray>', "/tmp/a b/stray"),
        ('openat(AT_FDCWD</h>, "/h/.cache/../stray", O_WRONLY|O_CREAT, 0666) = 5</h/stray>', "/h/stray"),
        ('openat(AT_FDCWD</h>, "stray", O_WRONLY|O_CREAT, 0666) = ?', "/h/stray"),
        (r'open("/h/\345\206\231\345\234\237", O_WRONLY|O_TRUNC) = 3', "/h/写土"),
        ('creat("/tmp/stray", 0644) = 3', "/tmp/stray"),
        ('rename("/h/.cache/a", "/tmp/stray") = 0', "/tmp/stray"),
        ('renameat2(AT_FDCWD</h>, "a", 6</tmp>, "stray", RENAME_NOREPLACE) = 0', "/tmp/stray"),
        ('symlink("/h/.cache/a", "/tmp/stray") = 0', "/tmp/stray"),
        ('linkat(AT_FDCWD</h>, "/proc/self/fd/21", AT_FDCWD</h>, "/tmp/stray", AT_SYMLINK_FOLLOW) = 0', "/tmp/stray"),
        ('mkdir("/tmp/stray", 0777) = 0', "/tmp/stray"),
        ('bind(3<UNIX-STREAM:[5]>, {sa_family=AF_UNIX, sun_path="/tmp/stray"}, 110) = 0', "/tmp/stray"),
    ],
)
def test_each_way_of_writing_is_seen(line: str, path: str) -> None:
    assert written([line]) == [path]


@pytest.mark.parametrize(
    "line",
    [
        'openat(AT_FDCWD</h>, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3</etc/passwd>',
        'openat(AT_FDCWD</h>, "/usr/a", O_RDWR|O_CREAT, 0644) = -1 EACCES (Permission denied)',
        'bind(3<UNIX-STREAM:[5]>, {sa_family=AF_UNIX, sun_path=@"abstract"}, 110) = 0',
        "bind(3<NETLINK:[5]>, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0",
        "socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3<UNIX-STREAM:[5]>",
        "+++ exited with 0 +++",
    ],
)
def test_what_writes_nothing_is_not_taken_for_writing(line: str) -> None:
    assert written([line]) == []


def test_a_call_torn_in_two_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="not understood"):
        written(['openat(AT_FDCWD, "/tmp/stray", O_WRONLY|O_CREAT, 0666 <unfinished ...>'])
