"""What rooms offer to the page of news."""

from core import news


class Room:
    """Has nothing to tell."""

    def news(self, _actor, _since, _limit):
        return []


def test_a_room_is_asked_once_however_often_it_offers(monkeypatch):
    monkeypatch.setattr(news, "_sources", [])
    for _application in range(2):
        news.register_news(Room())
    assert len(news._sources) == 1
