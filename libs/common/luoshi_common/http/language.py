"""语言协商: which of our languages a caller reads (Accept-Language); Chinese unless English is preferred."""

from luoshi_common.i18n import Language

_OURS = {"zh": Language.CHINESE, "en": Language.ENGLISH, "*": Language.CHINESE}


def language_of(accept: str) -> Language:
    """Choose by quality, then by the order they stand in; what cannot be read counts as nothing."""
    wanted = [(_quality(rest), tag.strip().lower().partition("-")[0]) for tag, _, rest in _parts(accept)]
    known = sorted(((quality, tag) for quality, tag in wanted if tag in _OURS and quality > 0), key=lambda w: -w[0])
    return _OURS[known[0][1]] if known else Language.CHINESE


def _parts(accept: str) -> list[tuple[str, str, str]]:
    return [part.partition(";") for part in accept.split(",")]


def _quality(rest: str) -> float:
    name, _, value = rest.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
