"""What the worker does by the clock."""

from app.worker import Timer
from core.files import sweep


def timers() -> list[Timer]:
    """Return every timer with its interval."""
    from forum.publishing import publish_due  # noqa: PLC0415 -- see app/cli.py
    from forum.rerendering import render_old  # noqa: PLC0415 -- see app/cli.py
    from forum.timers import close_threads, end_pins, remind, sweep_attachments, tell_ended_polls  # noqa: PLC0415 -- see app/cli.py
    from study.counting import count_changed, note_all_changed  # noqa: PLC0415 -- see app/cli.py
    from study.pointing import count_points  # noqa: PLC0415 -- see app/cli.py
    from study.settling import settle  # noqa: PLC0415 -- see app/cli.py
    from study.timers import (  # noqa: PLC0415 -- see app/cli.py
        forget_sittings,
        remind_of_cards,
        remind_of_meetings,
        remind_of_tasks,
        render_old_lessons,
        submit_overdue,
        tell_opened_gates,
    )

    return [
        Timer(name="sweep files", every_seconds=6 * 3600, act=sweep),
        Timer(name="remind of kept posts", every_seconds=60, act=remind),
        Timer(name="hand in overdue attempts", every_seconds=15, act=submit_overdue),
        Timer(name="remind of assigned study", every_seconds=60, act=remind_of_tasks),
        Timer(name="remind of meetings", every_seconds=60, act=remind_of_meetings),
        Timer(name="remind of cards", every_seconds=60, act=remind_of_cards),
        Timer(name="count points", every_seconds=60, act=count_points),
        Timer(name="count branches", every_seconds=2, act=count_changed),
        Timer(name="count all branches anew", every_seconds=12 * 3600, act=note_all_changed),
        Timer(name="look after assigned study", every_seconds=6 * 3600, act=settle),
        Timer(name="forget sittings", every_seconds=6 * 3600, act=forget_sittings),
        Timer(name="publish what is due", every_seconds=15, act=publish_due),
        Timer(name="sweep attachments", every_seconds=3600, act=sweep_attachments),
        Timer(name="render old posts", every_seconds=1, act=render_old),
        Timer(name="render old lessons", every_seconds=5, act=render_old_lessons),
        Timer(name="open gates", every_seconds=15, act=tell_opened_gates),
        Timer(name="tell of ended polls", every_seconds=30, act=tell_ended_polls),
        Timer(name="end pins", every_seconds=15, act=end_pins),
        Timer(name="close threads", every_seconds=15, act=close_threads),
    ]
