"""How long what people type may be, as the columns hold it."""

from typing import Final

from core import passages

SLUG_MAX: Final = 60
AUDIENCE_MAX: Final = 60
TITLE_MAX: Final = 160
QUOTE_MAX: Final = passages.QUOTE_MAX
REASON_MAX: Final = 500
KEY_MAX: Final = 64
NOTE_MAX: Final = 300
OPTION_MAX: Final = 200
FILE_NAME_MAX: Final = 200
ALT_MAX: Final = 300
FIELD_KEY_MAX: Final = 20
