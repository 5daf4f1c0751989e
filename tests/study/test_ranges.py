"""Parts of a film are sent as players ask for them, and to nobody else."""

import pytest

from core.permissions import PUBLIC
from tests.factories.media import mp4_bytes, played_lesson, wav_bytes
from tests.factories.study import CourseFactory

CONTENT = wav_bytes(1)
SIZE = len(CONTENT)


@pytest.fixture
def address(root) -> str:
    lesson = played_lesson(CourseFactory(audience=PUBLIC), content=CONTENT)
    return f"/study/materials/{lesson.material_id}/file"


def ask(client, address, wanted=None, *, method="GET", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if wanted:
        headers["Range"] = wanted
    return client.open(address, method=method, headers=headers, buffered=True)


def test_the_whole_says_that_parts_can_be_had(client, address):
    answer = ask(client, address)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, CONTENT, "audio/wav")
    assert (answer.headers["Accept-Ranges"], answer.headers["Content-Length"]) == ("bytes", str(SIZE))
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-", 0, SIZE),
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=100-", 100, SIZE),
        ("bytes=-100", SIZE - 100, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
        (f"bytes=100-{SIZE * 9}", 100, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
    ],
)
def test_a_part_is_sent_as_asked_for(client, address, wanted, start, stop):
    answer = ask(client, address, wanted)
    assert (answer.status_code, answer.data) == (206, CONTENT[start:stop])
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert answer.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE * 2}-{SIZE * 3}", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused_with_the_size(client, address, wanted):
    answer = ask(client, address, wanted)
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{SIZE}")


@pytest.mark.parametrize("wanted", ["seconds=1-2", "bytes=9-2", "bytes=a-b", "bytes=", "0-5"])
def test_what_cannot_be_understood_gets_the_whole(client, address, wanted):
    answer = ask(client, address, wanted)
    assert (answer.status_code, answer.data) == (200, CONTENT)


def test_several_parts_at_once_get_the_whole(client, address):
    assert ask(client, address, "bytes=0-1,5-6").status_code == 200


def test_a_part_of_a_file_that_has_changed_since_is_the_whole(client, address):
    tag = ask(client, address).headers["ETag"]
    assert ask(client, address, "bytes=0-9", If_Range=tag).status_code == 206
    other = ask(client, address, "bytes=0-9", If_Range='"another"')
    assert (other.status_code, other.data) == (200, CONTENT)


def test_what_is_known_is_not_sent_again(client, address):
    tag = ask(client, address).headers["ETag"]
    assert ask(client, address, If_None_Match=tag).status_code == 304


@pytest.mark.parametrize(("wanted", "status", "length"), [(None, 200, SIZE), ("bytes=0-9", 206, 10)])
def test_the_head_alone_has_the_numbers_of_the_whole(client, address, wanted, status, length):
    answer = ask(client, address, wanted, method="HEAD")
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (status, b"", str(length))


def test_nobody_else_gets_a_part(client, sign_in, member, root):
    lesson = played_lesson(CourseFactory())
    address = f"/study/materials/{lesson.material_id}/file"
    assert ask(client, address, "bytes=0-9").status_code == 404
    assert ask(sign_in(member), address, "bytes=0-9").status_code == 206


def test_a_big_film_is_never_whole_in_memory(client, root, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_MEDIA_MIB", 64)
    content = mp4_bytes() + bytes(48 * 1024 * 1024)
    lesson = played_lesson(CourseFactory(audience=PUBLIC), name="big.mp4", content=content)
    answer = client.get(f"/study/materials/{lesson.material_id}/file", headers={"Range": "bytes=100-"})
    pieces = list(answer.iter_encoded())
    answer.close()
    assert (sum(map(len, pieces)), max(map(len, pieces)) <= 1 << 20) == (len(content) - 100, True)
