"""The libraries of the building Linux system that may go into the program, each with its licence.

They are what Qt, Python and the window system's client libraries ask for.  PyInstaller leaves out glibc, OpenGL and
drivers by itself; `left_out` leaves out the C++ runtime.  None is GPL: where a library has two licences, ours is named.
"""

SYSTEM: dict[str, str] = {
    # Python's modules
    "libbz2.so.1.0": "bzip2",
    "libcrypto.so.3": "Apache-2.0",
    "libffi.so.8": "MIT",
    "liblzma.so.5": "public domain",
    "libsqlite3.so.0": "public domain",
    "libssl.so.3": "Apache-2.0",
    "libuuid.so.1": "BSD-3-Clause",
    "libz.so.1": "Zlib",
    # the window system
    "libX11-xcb.so.1": "MIT",
    "libX11.so.6": "MIT",
    "libXau.so.6": "MIT",
    "libXdmcp.so.6": "MIT",
    "libXext.so.6": "MIT",
    "libXrender.so.1": "MIT",
    "libxcb-cursor.so.0": "MIT",
    "libxcb-glx.so.0": "MIT",
    "libxcb-icccm.so.4": "MIT",
    "libxcb-image.so.0": "MIT",
    "libxcb-keysyms.so.1": "MIT",
    "libxcb-randr.so.0": "MIT",
    "libxcb-render-util.so.0": "MIT",
    "libxcb-render.so.0": "MIT",
    "libxcb-shape.so.0": "MIT",
    "libxcb-shm.so.0": "MIT",
    "libxcb-sync.so.1": "MIT",
    "libxcb-util.so.1": "MIT",
    "libxcb-xfixes.so.0": "MIT",
    "libxcb-xkb.so.1": "MIT",
    "libxcb.so.1": "MIT",
    "libxkbcommon-x11.so.0": "MIT",
    "libxkbcommon.so.0": "MIT",
    "libwayland-client.so.0": "MIT",
    "libwayland-cursor.so.0": "MIT",
    "libwayland-egl.so.1": "MIT",
    "libbsd.so.0": "BSD-3-Clause",
    "libmd.so.0": "BSD-3-Clause",
    # messages between programs of a desktop
    "libcap.so.2": "BSD-3-Clause",  # or GPL-2
    "libdbus-1.so.3": "AFL-2.1",  # or GPL-2
    "libgcrypt.so.20": "LGPL-2.1",
    "libgpg-error.so.0": "LGPL-2.1",
    "liblz4.so.1": "BSD-2-Clause",
    "libsystemd.so.0": "LGPL-2.1",
    "libzstd.so.1": "BSD-3-Clause",  # or GPL-2
    "libglib-2.0.so.0": "LGPL-2.1",
    "libgthread-2.0.so.0": "LGPL-2.1",
    "libpcre2-8.so.0": "BSD-3-Clause",
    # numbers: in the GPU flavour, where torch brings GNU Fortran's library without this part of it
    "libquadmath.so.0": "LGPL-2.1",
}
"""File name → licence (SPDX, or its common name)."""
