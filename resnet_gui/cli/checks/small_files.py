"""Small files that this program cannot write itself, as the libraries that they come from wrote them."""

import base64
import zlib

NUMBERS = ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))
"""The array in each of the small weight files."""


def _unpacked(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))


TORCH_ZIP = _unpacked(
    "eNqlVL9v00AUPtuNnRiatiz9MXRCIghwY+c3CFJZyIuHpkGgqIvlOtfUwrV79iVVKyFFQlRiZmJB/AWsSExsjAhmNoQEE4xMwF1MHdtV0xZO"
    "Pp1sv+9733v+nls6NwVANguOrVlwCZi+tW0P4ErXxKa0+9DR1DzYSKwh+wiBTo7Eb1nSHrR72xgxFvYIUDL62HYC0fDhZt92ugaGbuD5xkAR"
    "EVsodAQCCkik2YOICyGi5ngmvhc+FNFUhyExRZTpcOS0dvuI13mMhHUd6KzOHaKszunMIco9tSzPcaCFbc8NxDW/C33YvWtbWETi1Ta6gNHF"
    "NpoOpJYuZDferD1/Rejobp1Y/TyYjqqXtjx/x8TGAPoBSaCpuXETZEr5+vunx1QpM5FyCdTGlH8LN0zH7rk70MWaWkq19kyrWqYCmnvoG0tS"
    "sBMFzIFmJGBzH0OP9klTb/1L3qPl2Bg7kGp4cvvzIk+y8BM15MGdhKtWipp68z8EADBsEtpVcpE9JPsl2W9XqaLLXxqLC+TlwkRFM+BapCj6"
    "wlfOKqkk0kwfXvTun97/ZaCMDTAqPoC+TRxwYFLjGnZXU6Vz9kKu1JS63GhUZLleKVfLpaJSLZJnlXqtISu1UrUslxVyS1W6z378LhAdhZFK"
    "hoqNdManYvaY8vR/II2OD8B8Avkrhk7NUZokbuKlBMk6AyZMTponbsS5BM/HGE80AGl43DX5BPwBC1LeTWPjPphJYL/GsCfUH/88ywlwmwOn"
    "GKel8/z1I5txNyKkkDrfM+H5kwtPghu9epcJ78M/WIYPMcIoPoz9AykRVoU="
)
"""A .pth file as torch 2.15 writes it: `torch.save({"fc.weight": torch.tensor(NUMBERS)}, …)`."""

TORCH_LEGACY = _unpacked(
    "eNptT7tOAzEQvFcSYgiipaM8mlNEICIVFCiNxSs0bpB1+ExiZJ2zti8IpEhXRcA3UFDyGfwOn4BEwYaIjpVnJY9nPbN19EL09+vwa+fu/WI7"
    "q6PTzxj7HIKUbQVBMLXGG2E0n0nrlCkhRAHr4ItW3mvJZVmovIToiREk/cNUcqcepYN4DknKGki6ibEeGjRiMd5U6aFJE5Ys/zDlGFo0qaqV"
    "J2sjeSuye6nGEw+h8MaKScYrr7Qj3MqbSumCe1k6Y/lsj0CUpqy19EBlPpYQr0bIUJvcX61IAgnbRM2gNzjA6u/3+t3DLjR+44hphXGaZx5a"
    "lzSgEY0XsEZjGi6g/Sxwcy2Fx8UdObeFtLI4UcITILsjWPewMYKOw+zXmP0fizDPmsFf1UfYjvEgasQb4uP4ByRXaqE="
)
"""The same as torch before 1.6 wrote it: `_use_new_zipfile_serialization=False`."""

HEIC = _unpacked(
    "eNpjYGCQSSupLMhIzUxmAILczDRDEDs3MzGNgYGxNje1JJEBAhQzUnKKoGyGgszkEgY0oJSZkw82xMWBgREIgYBxIYQGAlkgVs7MzEsD80Ci"
    "okBOKhOUl1GWbAhi8hVkluTClfzNLCgqANJ3MwuS84F0GVCZMyMzSGgCWJHcB4Y/f3/8YGDgZ04A6pBwYORh/P8fpIAZpIIZhOR2MTkkAiW1"
    "nBgZ0WQWKDSyTnv1ZNnOHRwZBgpAIWYQwaCYBFTO5sJ4sPhAJ9AS4eT8nKK85JwKoCgvA1sDUEgks7ggFeozByjWSM5JLICyQY43gNIgwPT/"
    "//8PIBqIBQoyKzJBgswcHBxASiKzIBcWyMBwY21kYmZtAbJVc1MSQYEsqcG4Xrjhq3qj/f8bU+X/3fn58HtZ6c/np4MPAAB5+Ffs"
)
"""A HEIC picture, 64 × 48 pixels of one red, as libheif 1.23 writes it."""
