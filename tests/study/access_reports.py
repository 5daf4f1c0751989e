"""Who gets files and quarterly sheets of reports."""

from tests.access import Row

OWN = dict(visitor=302, member=404, instructor=404, moderator=404, officer=200, administrator=200)
FOREIGN = {**OWN, "officer": 404}
ELSEWHERE = "of another branch"


def furnish(world) -> None:
    """Reports need nothing but the branches."""


def _own(world) -> str:
    return f"/study/reports/{world.branch.slug}"


def _foreign(world) -> str:
    return f"/study/reports/{world.other_branch.slug}"


ROWS = [
    Row("study.export_report", "GET", lambda w: _own(w) + "/table.csv", **OWN),
    Row("study.export_report", "GET", lambda w: _own(w) + "/table.xlsx", **OWN, note="excel"),
    Row("study.export_report", "GET", lambda w: _foreign(w) + "/table.csv", **FOREIGN, note=ELSEWHERE),
    Row("study.show_quarter", "GET", lambda w: _own(w) + "/quarter", **OWN),
    Row("study.show_quarter", "GET", lambda w: _foreign(w) + "/quarter", **FOREIGN, note=ELSEWHERE),
    Row("study.export_quarter", "GET", lambda w: _own(w) + "/quarter.xlsx", **OWN),
    Row("study.export_quarter", "GET", lambda w: _foreign(w) + "/quarter.xlsx", **FOREIGN, note=ELSEWHERE),
]
