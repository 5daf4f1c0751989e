import gc
import multiprocessing
import threading

import pytest

from core.refs import Ref
from search.engines import IndexBusy, IndexMissing
from search.engines.whoosh import WhooshEngine, writing
from search.engines.whoosh import engine as engine_module
from search.engines.whoosh.writing import choose_merges
from tests.factories.search import document

pytestmark = pytest.mark.no_database


def test_a_new_state_replaces_the_old_one_and_none_takes_it_out(engine, put, ids):
    put(document(1, "旧的话"))
    put(document(1, "新的话"))

    assert (ids("旧的"), ids("新的")) == ([], [1])
    assert engine.apply({Ref("post", 1): None}) == 1
    assert ids("新的") == []
    assert engine.apply({Ref("post", 1): None}) == 0


def test_what_did_not_change_is_not_written_again(engine, put):
    put(document(1, "一样"))

    assert put(document(1, "一样")) == 0
    assert put(document(1, "一样", audience="members")) == 1


def test_many_commits_leave_few_segments(engine, ids):
    for number in range(1, 61):
        engine.apply({Ref("post", number): document(number, f"第{number}条 账目")})

    assert engine.status()["documents"] == 60
    assert engine.status()["segments"] <= 14
    assert len(ids("账目", limit=100)) == 60


def test_merging_takes_whole_tiers_of_small_segments():
    assert choose_merges([1000, 1000], 1) == set()
    assert choose_merges([1, 1, 1, 1, 1], 1) == {0, 1, 2, 3, 4}
    assert choose_merges([50_000, 1, 1, 1, 1, 1], 1) == {1, 2, 3, 4, 5}
    assert choose_merges([0, 500], 1) == {0}


def test_an_index_of_another_version_asks_for_a_rebuild(engine, tmp_path):
    about = engine.store.current() / "about.json"
    about.write_text('{"version": "older"}', "utf-8")

    with pytest.raises(IndexMissing):
        engine.versions()
    assert "another version" in engine.fault()


def test_without_an_index_nothing_is_applied(tmp_path):
    with pytest.raises(IndexMissing):
        WhooshEngine(tmp_path / "none").apply({})


def test_the_index_is_readable_by_its_owner_only(engine):
    assert engine.store.directory.stat().st_mode & 0o777 == 0o700
    assert engine.store.current().stat().st_mode & 0o777 == 0o700


def test_a_second_writer_waits_and_then_says_that_the_index_is_busy(engine, put):
    engine.store.lock_seconds = 0.1
    with engine.store.writing(), pytest.raises(IndexBusy):
        put(document(1, "x"))
    assert put(document(1, "x")) == 1


def test_a_foreign_whoosh_writer_makes_the_index_busy(engine, put, monkeypatch):
    monkeypatch.setattr(writing, "WRITER_SECONDS", 0.1)
    held = writing._open_writer(engine.store.current())

    with pytest.raises(IndexBusy):
        put(document(1, "x"))

    held.cancel()
    assert put(document(1, "x")) == 1


def test_a_writer_that_failed_is_dropped_and_leaves_nothing(engine, put, ids, monkeypatch):
    put(document(1, "先前"))
    whole = writing.fields_of

    def fail(one):
        if one.ref.id == 3:
            raise OSError("disk full")
        return whole(one)

    monkeypatch.setattr(writing, "fields_of", fail)
    with pytest.raises(OSError, match="disk full"):
        put(document(2, "先前"), document(3, "先前"))
    monkeypatch.undo()

    assert ids("先前") == [1]
    assert put(document(2, "先前")) == 1


def test_a_rebuild_holds_what_changed_while_it_ran(engine, put, ids):
    put(document(1, "老的"), document(2, "要删"), document(3, "不变"))
    now = {1: document(1, "老的"), 2: document(2, "要删"), 3: document(3, "不变")}
    steps = []

    def load(refs):
        return {ref: now.get(ref.id) for ref in refs}

    def batches():
        yield list(now.values())
        # The first reading is done; now people write, and the worker applies it to the live index.
        now[1] = document(1, "改了")
        del now[2]
        now[4] = document(4, "新来")
        engine.apply(load([Ref("post", 1), Ref("post", 2), Ref("post", 4)]))
        steps.append(ids("改了"))

    assert engine.rebuild(batches(), load, lambda number: None) == 3

    assert steps == [[1]]
    assert (ids("老的"), ids("要删"), ids("改了"), ids("新来"), ids("不变")) == ([], [], [1], [4], [3])
    assert engine.versions() == {
        ref: engine.version_of(one) for ref, one in load([Ref("post", n) for n in now]).items()
    }


def test_an_interrupted_rebuild_leaves_the_live_index_and_is_swept_by_the_next(engine, put, ids):
    put(document(1, "活着"))

    def broken():
        yield [document(1, "活着")]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.rebuild(broken(), lambda refs: {}, lambda number: None)
    assert ids("活着") == [1]
    assert put(document(2, "活着")) == 1

    engine.rebuild([[document(1, "活着")]], lambda refs: {}, lambda number: None)
    generations = [path for path in engine.store.directory.iterdir() if path.is_dir()]
    assert len(generations) == 1
    assert ids("活着") == [1]


def test_two_rebuilds_do_not_run_at_once(engine):
    def nested():
        with pytest.raises(IndexBusy):
            engine.rebuild([], lambda refs: {}, lambda number: None)
        yield []

    engine.rebuild(nested(), lambda refs: {}, lambda number: None)


def test_a_search_goes_on_while_the_index_changes_under_it(engine, put, ids):
    put(*(document(n, "账目") for n in range(1, 30)))
    faults = []
    stop = threading.Event()

    def look():
        while not stop.is_set():
            try:
                if len(ids("账目", limit=100)) < 29:
                    faults.append("lost")
            except Exception as error:
                faults.append(repr(error))

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(30, 50):
        put(document(number, "账目"))
    engine.rebuild([[document(n, "账目") for n in range(1, 50)]], lambda refs: {}, lambda number: None)
    stop.set()
    for reader in readers:
        reader.join()

    assert faults == []


def _apply_some(directory, first):
    engine = WhooshEngine(directory)
    for number in range(first, first + 10):
        engine.apply({Ref("post", number): document(number, "账目")})


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_writers_in_several_processes_lose_nothing(engine):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_apply_some, args=(engine.store.directory, start)) for start in (100, 200)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0]
    assert len(engine.versions()) == 20


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves what it failed to open.
def test_a_damaged_index_is_named(engine, put, monkeypatch):
    monkeypatch.setattr(engine_module, "OPEN_PAUSE_SECONDS", 0)
    put(document(1, "x"))
    directory = engine.store.current()
    for path in directory.glob("*.seg"):
        path.write_bytes(b"\x00" * 100)

    fresh = WhooshEngine(engine.store.directory)

    assert "damaged" in fresh.fault()
    gc.collect()
