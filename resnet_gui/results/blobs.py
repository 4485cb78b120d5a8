"""How class scores lie in the database: packed little-endian, with a checksum.

scores:  n × (class index: uint32, probability: float32), then CRC-32 of all that
votes:   number of crops: uint8, for each crop its number of scores: uint8 and the scores; then CRC-32 of all that

The engine's probabilities are float32, and every float32 passes through unchanged.  SQLite keeps no checksums of its
own: a bit that flips on the disk inside a value would be another probability.
"""

import struct
import zlib
from collections.abc import Sequence

from resnet_gui.engine.record import Score

_SCORE = struct.Struct("<If")
_CRC = struct.Struct("<I")

EVERY = 2**31
"""More scores than any network has classes."""


class DamagedBlobError(ValueError):
    """The bytes are not those that were written."""


def pack_scores(scores: Sequence[Score]) -> bytes:
    """Scores, in their order, as bytes.  Raises struct.error for an index outside uint32."""
    return _with_checksum(_body(scores))


def unpack_scores(blob: bytes, most: int = EVERY) -> tuple[Score, ...]:
    """Undo `pack_scores`, for the first `most` scores.  Raises DamagedBlobError."""
    return _scores(_checked(blob)[: most * _SCORE.size])


def pack_votes(votes: Sequence[Sequence[Score]]) -> bytes:
    """The scores of each crop, in their order, as bytes; at most 255 crops of at most 255 scores."""
    parts = [bytes([len(votes)])]
    for vote in votes:
        parts += [bytes([len(vote)]), _body(vote)]
    return _with_checksum(b"".join(parts))


def unpack_votes(blob: bytes, most: int = EVERY) -> tuple[tuple[Score, ...], ...]:
    """Undo `pack_votes`, for the first `most` scores of each crop.  Raises DamagedBlobError."""
    body = _checked(blob)
    votes = []
    at = 1
    for _ in range(body[0]):
        end = at + 1 + body[at] * _SCORE.size
        votes.append(_scores(body[at + 1 : end][: most * _SCORE.size]))
        at = end
    return tuple(votes)


def _body(scores: Sequence[Score]) -> bytes:
    return b"".join(_SCORE.pack(score.index, score.probability) for score in scores)


def _scores(body: bytes) -> tuple[Score, ...]:
    return tuple(Score(index, probability) for index, probability in _SCORE.iter_unpack(body))


def _with_checksum(body: bytes) -> bytes:
    return body + _CRC.pack(zlib.crc32(body))


def _checked(blob: bytes) -> bytes:
    body, checksum = blob[: -_CRC.size], blob[-_CRC.size :]
    if checksum != _CRC.pack(zlib.crc32(body)):
        raise DamagedBlobError("the checksum does not fit")
    return body
