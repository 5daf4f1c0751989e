"""Makes what the sample hears and shows: the stroke of a bell, and the picture of a notice board."""

import math
import wave
from array import array
from io import BytesIO
from typing import Any, Final

RATE: Final = 8000
STROKES: Final = (0.3, 4.0, 5.2, 6.4)
"""Seconds at which the bell rings."""
SECONDS: Final = 9
TONES: Final = ((523.0, 1.0, 1.6), (1046.0, 0.5, 1.0), (1413.0, 0.35, 0.6))
"""Of a stroke: how high, how loud, and after how many seconds a third is left."""
LOUD: Final = 12_000

SHEETS: Final = ((60, 90, 300, 430), (350, 90, 610, 430), (660, 90, 900, 430))


def bell() -> BytesIO:
    """Return a recording of a bell: one stroke, then three in a row."""
    stroke = _stroke()
    samples = array("h", bytes(2 * SECONDS * RATE))
    for at in STROKES:
        begin = int(at * RATE)
        for place, value in enumerate(stroke[: len(samples) - begin], start=begin):
            samples[place] = max(-32768, min(32767, samples[place] + value))
    out = BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    out.seek(0)
    return out


def _stroke() -> list[int]:
    return [int(LOUD * sum(_tone(n / RATE, *tone) for tone in TONES)) for n in range(int(2.4 * RATE))]


def _tone(second: float, height: float, loud: float, fade: float) -> float:
    return loud * math.exp(-second / fade) * math.sin(math.tau * height * second)


def board() -> BytesIO:
    """Return the picture of a board with three sheets."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- memory that web workers do without

    image = Image.new("RGB", (960, 520), "#e7dfd0")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((16, 16, 944, 504), 12, fill="#8a5a34")
    draw.rectangle((36, 36, 924, 484), fill="#b98a58")
    for number, (left, top, right, bottom) in enumerate(SHEETS, start=1):
        draw.rectangle((left + 6, top + 6, right + 6, bottom + 6), fill="#8f6840")
        draw.rectangle((left, top, right, bottom), fill="#faf9f6")
        draw.ellipse((left + 106, top - 12, left + 130, top + 12), fill="#a3262a")
        draw.rectangle((left + 20, top + 34, left + 54, top + 72), fill="#0f4c81")
        draw.text((left + 32, top + 44), str(number), fill="white", font_size=20)
        draw.rectangle((left + 68, top + 46, right - 24, top + 60), fill="#1b1f24")
        _lines(draw, number, left, top, right)
        draw.rectangle((right - 84, bottom - 30, right - 20, bottom - 22), fill="#87827a")
    out = BytesIO()
    image.save(out, "PNG")
    out.seek(0)
    return out


def _lines(draw: Any, number: int, left: int, top: int, right: int) -> None:
    """Draw what stands on a sheet: lines of a notice, columns of accounts, questions with their replies."""
    for row in range(8):
        y = top + 96 + row * 26
        if number == 2:
            draw.rectangle((left + 20, y, left + 130, y + 8), fill="#87827a")
            draw.rectangle((right - 74, y, right - 24, y + 8), fill="#454c55")
        elif number == 3:
            inset = 20 if row % 2 == 0 else 48
            draw.rectangle((left + inset, y, right - 24, y + 8), fill="#454c55" if row % 2 == 0 else "#1e6b3c")
        else:
            draw.rectangle((left + 20, y, right - (24 if row % 3 else 90), y + 8), fill="#87827a")


SOUNDS: Final = {"bell.wav": bell}
PICTURES: Final = {"board": board}
