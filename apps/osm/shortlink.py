"""Short links, `/go/<code>`: a position and a zoom level in a few characters.

Each symbol holds three bits of longitude and three of latitude, longitude first; the number of trailing dashes says how
many of the last symbol's zoom levels do not count.
"""

_SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~"
_VALUE = {symbol: value for value, symbol in enumerate(_SYMBOLS)} | {"@": 63}


def encode(lat: float, lon: float, zoom: int) -> str:
    """Return the code of a position; one outside the world is moved to its edge."""
    x = min(int((min(max(lon, -180), 180) + 180) * 2**32 / 360), 2**32 - 1)
    y = min(int((min(max(lat, -90), 90) + 90) * 2**32 / 180), 2**32 - 1)
    steps = zoom + 8
    code = ""
    for symbol in range(-(-steps // 3)):
        shift = 29 - 3 * symbol
        columns = (x >> shift & 7) if shift >= 0 else (x << -shift & 7)
        rows = (y >> shift & 7) if shift >= 0 else (y << -shift & 7)
        value = 0
        for bit in (2, 1, 0):
            value = value << 2 | (columns >> bit & 1) << 1 | (rows >> bit & 1)
        code += _SYMBOLS[value]
    return code + "-" * (steps % 3)


def decode(code: str) -> tuple[float, float, int]:
    """Return (lat, lon, zoom) of a code. Raises ValueError.

    `@` is read as `~` and `=` as `-`, as in links made before 2011.
    """
    symbols = code.rstrip("-=")
    dashes = len(code) - len(symbols)
    if not symbols or len(symbols) > 11 or any(symbol not in _VALUE for symbol in symbols):
        raise ValueError(code)
    x = y = 0
    for symbol in symbols:
        value = _VALUE[symbol]
        for bit in (4, 2, 0):
            x = x << 1 | (value >> (bit + 1) & 1)
            y = y << 1 | (value >> bit & 1)
    bits = 3 * len(symbols)
    zoom = bits - 8 - (-dashes % 3)
    return y * 180 / 2**bits - 90, x * 360 / 2**bits - 180, zoom
