"""The header `Accept-Encoding`."""


def accepts_gzip(header: str) -> bool:
    """Return whether an `Accept-Encoding` header allows gzip: named or by `*`, with a weight above 0."""
    weights: dict[str, float] = {}
    for item in header.split(","):
        name, _, parameter = item.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        weights[name.strip().lower()] = weight
    return weights.get("gzip", weights.get("*", 0.0)) > 0
