"""Chinese numerals 中文数字 as headings and counts use them (E37): 一 to 九百九十九, and digits."""

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_TENS = {"十": 10, "百": 100}
NUMERAL = "零一二三四五六七八九十百两"


def read_numeral(text: str) -> int | None:
    """The number that `text` writes (`三十`, `30`, `３０`, `二〇二六`), or None."""
    text = text.strip()
    if text.isdecimal():
        return int(text)
    if len(text) > 1 and all(sign in _DIGITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    total, digit = 0, 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _TENS:
            total += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            return None
    return total + digit if text else None


def write_numeral(number: int) -> str:
    """The Chinese form of 1 to 999: 10 → 十, 21 → 二十一, 105 → 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    signs = "零一二三四五六七八九"
    text = f"{signs[hundreds]}百" if hundreds else ""
    if hundreds and rest and not tens:
        text += "零"
    if tens:
        text += ("" if tens == 1 and not hundreds else signs[tens]) + "十"
    return text + (signs[ones] if ones else "") or "零"
