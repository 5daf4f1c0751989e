"""A badge as picture with the signed credential inside, as wallets take it in (“baked” SVG)."""

from markupsafe import Markup

from core.faces import Faces
from study.printing.lines import break_lines

_SVG = Markup(
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
    ' viewBox="0 0 400 400" width="400" height="400" role="img" aria-label="{label}">'
    '<openbadges:credential verify="{jws}"></openbadges:credential>'
    '<rect x="10" y="10" width="380" height="380" rx="24" fill="#fff" stroke="#a3262a" stroke-width="6"/>'
    '<rect x="10" y="10" width="380" height="64" rx="24" fill="#a3262a"/>'
    '<rect x="10" y="44" width="380" height="30" fill="#a3262a"/>'
    '<g text-anchor="middle" font-family="Noto Sans, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif">'
    '<text x="200" y="54" font-size="24" fill="#fff">{issuer}</text>{lines}'
    '<text x="200" y="364" font-size="17" fill="#454c55">{number}</text></g></svg>\n'
)
_LINE = Markup('<text x="200" y="{y}" font-size="{size}" fill="{colour}">{words}</text>')


def draw(jws: str, *, issuer: Faces, title: Faces, course: Faces, number: str) -> str:
    """Return the picture of a badge."""
    texts = [(face, 27, "#a3262a") for face in (title.zh, title.en) if face]
    texts += [(face, 21, "#1b1f24") for face in (course.zh, course.en) if face]
    lines, y = Markup(""), 84
    for text, size, colour in texts:
        y += 4
        for words in break_lines(text, 340 / size, _width)[:2]:
            y += round(size * 1.35)
            lines += _LINE.format(y=y, size=size, colour=colour, words=words)
    return str(_SVG.format(label=course.pick(), jws=jws, issuer=issuer.pick(), lines=lines, number=number))


def _width(line: str) -> float:
    """Return how wide a line is in heights of its letters, roughly: Chinese signs are as wide as high."""
    return sum(1.0 if ord(sign) >= 0x2E80 else 0.56 for sign in line)
