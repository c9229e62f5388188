"""lib0's primitives: variable-length integers, byte strings and strings, as y-protocols has them.

Total: any bytes give values or one ProtocolError that says where. Lengths are never trusted beyond
the bytes that are there; integers have at most 53 bits, as in JavaScript, and one encoding only.
"""

from __future__ import annotations

from server.errors import ProtocolError

MAX_INTEGER = 2**53 - 1
_MAX_INTEGER_BYTES = 8
MAX_STATE_VECTOR_BYTES = 256 * 1024
"""From a peer. Nobody could join a note with more client ids than fit; so a note refuses more."""


class Reader:
    """Reads one message from its beginning to its end."""

    __slots__ = ("_at", "_data", "_size")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._size = len(data)

    @property
    def remaining(self) -> int:
        """How many bytes are left."""
        return self._size - self._at

    def var_uint(self) -> int:
        """An unsigned integer, 7 bits a byte, the lowest first."""
        data, at = self._data, self._at
        try:
            byte = data[at]
            if byte < 0x80:
                self._at = at + 1
                return byte
            value = byte & 0x7F
            shift = 7
            for at in range(at + 1, at + _MAX_INTEGER_BYTES):  # noqa: B020 - the start is read once
                byte = data[at]
                value |= (byte & 0x7F) << shift
                if byte < 0x80:
                    break
                shift += 7
            else:
                raise ProtocolError(f"integer of more than 53 bits at byte {self._at}")
        except IndexError:
            raise ProtocolError(f"message ends inside an integer at byte {self._at}") from None
        if byte == 0 or value > MAX_INTEGER:
            raise ProtocolError(f"integer in an overlong or oversized form at byte {self._at}")
        self._at = at + 1
        return value

    def var_bytes(self) -> bytes:
        """A length, then so many bytes."""
        size = self.var_uint()
        start = self._at
        end = start + size
        if end > self._size:
            raise ProtocolError(
                f"{size} bytes are declared at byte {start}, {self._size - start} are there"
            )
        self._at = end
        return self._data[start:end]

    def var_string(self) -> str:
        """A length in bytes, then UTF-8."""
        start = self._at
        try:
            return self.var_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise ProtocolError(f"string at byte {start} is not UTF-8") from error

    def end(self) -> None:
        """Nothing may follow: one message is one frame (W3)."""
        if self._at != self._size:
            raise ProtocolError(f"{self._size - self._at} bytes follow the end of the message")


def last_bytes(data: bytes, at: int) -> bytes | None:
    """The byte string at `at`, when it is short and the data ends with it; None for all else."""
    size = len(data) - at - 1
    if size < 0:
        return None
    first = data[at]
    if first < 0x80:
        return data[at + 1 :] if first == size else None
    if size and 0 < data[at + 1] < 0x80 and (data[at + 1] << 7 | first & 0x7F) == size - 1:
        return data[at + 2 :]
    return None


def var_uint(value: int) -> bytes:
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def var_bytes(data: bytes) -> bytes:
    return var_uint(len(data)) + data


def var_string(text: str) -> bytes:
    return var_bytes(text.encode("utf-8"))


def decode_state_vector(data: bytes, *, at_most: int = MAX_STATE_VECTOR_BYTES) -> dict[int, int]:
    """What a peer has: for each client id the next clock. Raises ProtocolError.

    A count is believed only as far as the bytes go: five bytes must not cost 540 MB.
    """
    if len(data) > at_most:
        raise ProtocolError(f"state vector of {len(data)} bytes, more than {at_most}")
    reader = Reader(data)
    count = reader.var_uint()
    if count * 2 > reader.remaining:
        raise ProtocolError(f"state vector declares {count} clients, more than its bytes can hold")
    clocks: dict[int, int] = {}
    for _ in range(count):
        client = reader.var_uint()
        if client in clocks:
            raise ProtocolError(f"state vector lists client {client} twice")
        clocks[client] = reader.var_uint()
    reader.end()
    return clocks


def encode_state_vector(clocks: dict[int, int]) -> bytes:
    parts = [var_uint(len(clocks))]
    for client, clock in clocks.items():
        parts += (var_uint(client), var_uint(clock))
    return b"".join(parts)
