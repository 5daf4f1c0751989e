"""Links to the pages of the notebook of mistakes, as plain functions."""

from urllib.parse import urlencode

HOME = "/study/notebook"
TODAY = "/study/notebook/today"
UNDO = "/study/notebook/undo"
SETTINGS = "/study/notebook/settings"
EXPORT = "/study/notebook/cards.csv"


def for_card(card_id: int) -> str:
    """Return the page of one card."""
    return f"/study/notebook/cards/{card_id}"


def to_rate(card_id: int, given: str = "") -> str:
    """Return where a card is rated; ``given`` is the query that holds the answer."""
    return f"{for_card(card_id)}/rating{f'?{given}' if given else ''}"


def to_keep(card_id: int) -> str:
    """Return where a card is laid aside, begun anew or taken out."""
    return f"{for_card(card_id)}/state"


def for_cards(**wish: str) -> str:
    """Return the list of cards under filters; empty ones are left out."""
    query = urlencode({name: value for name, value in wish.items() if value})
    return f"/study/notebook/cards{f'?{query}' if query else ''}"
