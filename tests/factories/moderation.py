"""Reports and decisions for tests, and leaflets: things that moderators may act on, kept in memory."""

from dataclasses import dataclass, replace

import factory

from core.documents import ModerationSubject, register_target
from core.faces import Faces
from core.house_rules import Rule
from core.i18n import current_locale
from core.permissions import PUBLIC, ROOT
from core.refs import Ref
from moderation.enums import Action, ReportReason
from moderation.models import Decision, Report
from tests.factories.accounts import Factory, root_branch


@dataclass
class Leaflets:
    """A ``ModerationTarget`` that needs no feature."""

    kind = "leaflet"

    def __post_init__(self):
        self.rows: dict[int, ModerationSubject] = {}
        self.reasons: dict[int, str] = {}

    def add(self, leaflet_id=1, *, author=None, branch=None, audience=PUBLIC, hidden=False, **words) -> Ref:
        branch_id, scope = (branch.id, branch.path) if branch else (1, ROOT)
        ref = Ref(self.kind, leaflet_id)
        self.rows[leaflet_id] = ModerationSubject(
            ref=ref,
            title=words.get("title", f"Leaflet {leaflet_id}"),
            excerpt=words.get("excerpt", "Buy cheap pipes."),
            author_id=author.id if author else None,
            branch_id=branch_id,
            scope=scope,
            place="",
            url=f"/leaflets/{leaflet_id}",
            audience=audience,
            hidden=hidden,
        )
        return ref

    def find(self, target_id):
        found = self.rows.get(target_id)
        return found and replace(found, place="Notice board" if current_locale() == "en" else "公告栏")

    def hide(self, target_id, actor, reason):
        self.rows[target_id] = replace(self.rows[target_id], hidden=True)
        self.reasons[target_id] = reason

    def restore(self, target_id, actor):
        self.rows[target_id] = replace(self.rows[target_id], hidden=False)


def new_leaflets() -> Leaflets:
    """Register an empty shelf of leaflets in the place of the last one."""
    shelf = Leaflets()
    register_target(shelf)
    return shelf


class ReportFactory(Factory):
    """An open report on a leaflet; ``reporter=`` and ``subject=`` are needed."""

    class Meta:
        model = Report
        exclude = ("reporter", "subject")

    reporter = None
    subject = Ref("leaflet", 1)
    subject_kind = factory.LazyAttribute(lambda o: o.subject.kind)
    subject_id = factory.LazyAttribute(lambda o: o.subject.id)
    reporter_id = factory.LazyAttribute(lambda o: o.reporter.id)
    reason = ReportReason.ADVERTISING
    title = "Leaflet"
    excerpt = "Buy cheap pipes."
    url = "/leaflets/1"
    place = Faces(zh="公告栏", en="Notice board")
    branch_id = factory.LazyFunction(lambda: root_branch().id)


class DecisionFactory(Factory):
    """An entry of the log; ``actor=`` is needed."""

    class Meta:
        model = Decision
        exclude = ("actor", "author", "subject")

    actor = None
    author = None
    subject = Ref("leaflet", 1)
    # Far above what the counter gives, so that acts inside a test never collide with these.
    number = factory.Sequence(lambda n: 10_000 + n)
    action = Action.HIDE
    rule = Rule.NO_ADVERTISING
    reason = "Advertising."
    subject_kind = factory.LazyAttribute(lambda o: o.subject.kind)
    subject_id = factory.LazyAttribute(lambda o: o.subject.id)
    place = Faces(zh="公告栏", en="Notice board")
    audience = PUBLIC
    branch_id = factory.LazyFunction(lambda: root_branch().id)
    actor_id = factory.LazyAttribute(lambda o: o.actor.id)
    author_id = factory.LazyAttribute(lambda o: o.author and o.author.id)
