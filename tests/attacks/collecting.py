"""What roles can see of a practice on a day, as statements about groups of people.

Owner's overview, every clinician's page, the running and the last quarter's report, frozen reports, the desk
with the comments. All roles together are one reader who forgets nothing: the strongest reader there can be.
The group behind a figure is worked out from the truth about who answered, and the same figure is computed
from it again; a figure that is not the sum the audit takes it for fails at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.actions import acting
from survey.actions.model import Action
from survey.actions.telling import measured
from survey.clock import quarter_before, quarter_months, quarter_of
from survey.comments import hiding, sorting
from survey.db import reading
from survey.insight import effect
from survey.insight.period import last_four, offered, one_quarter, quarters_back
from survey.insight.reading import read_comments
from survey.insight.rounding import EXACT_FROM, Shown
from survey.insight.verdict import Change, Reason
from survey.insight.words import plain
from survey.invitations import counting
from survey.practice import declaring
from survey.practice.model import Cell
from survey.reports import dashboard, freezing, gathering, mentions, silence
from survey.reports.facts import ClinicianFacts, ItemFacts, Window, overall_item, window_for
from survey.reports.quarter_facts import QuarterFacts
from survey.reports.voice import Voice
from survey.responses.answers import Audience
from survey.responses.model import Kind
from tests.attacks.histories import ANSWER, History, Plan
from tests.attacks.releasing import live
from tests.attacks.telling import Book, cut_of, words_of, words_of_bounds, words_of_limits, words_of_sides
from tests.reports.building import TOUCHPOINTS

LAST_FOUR_CLOSED = 4


class Reader:
    """Reads screens again and again and writes down what they say.

    ``roles``: whose pages: clinicians by id, None the owner with reports; by default everybody's. ``book``:
    what all of them read together; ``own``: what each role reads alone; ``comments``: how many comments were
    seen, which concerns other batches than the ratings do.
    """

    def __init__(self, history: History, roles: Sequence[int | None] | None = None) -> None:
        self.history = history
        self.roles = (None, *history.clinicians.values()) if roles is None else tuple(roles)
        self.book, self.comments = Book(), Book()
        self.own: dict[int | None, Book] = {role: Book() for role in self.roles}
        self.open = [self.book]

    def look(self, day: date) -> None:
        """Everything there is to see on a day."""
        history = self.history
        with reading(history.runtime.engine, history.practice.id) as db:
            ground = self.ground(db, day)
            for role in self.roles:
                self.open = [self.book, self.own[role]]
                self._screen(db, ground, role, f"{day} {role or 'owner'}")
                self._effects(db, role, f"{day} register")
            if None in self.roles:
                self.open = [self.book, self.own[None]]
                for quarter in (quarter_of(day), quarter_before(quarter_of(day))):
                    self.quarter(db, ground, quarter, day)
                self._desk(db, ground, day)
            self.open = [self.book, *self.own.values()]
            self._responses(db, ground, day)
        self.open = [self.book]

    def ground(self, db: Session, day: date) -> gathering.Ground:
        return gathering.ground_for(db, self.history.practice, today=day)

    def arrived(self, day: date) -> None:
        """An answer came; the product shows nothing of it."""

    def _screen(self, db: Session, ground: gathering.Ground, clinician_id: int | None, place: str) -> None:
        for period in offered(ground.today):
            self._period(db, ground, clinician_id, f"{place} {period}", period=period)

    def _period(
        self, db: Session, ground: gathering.Ground, clinician_id: int | None, place: str, *, period: str
    ) -> None:
        voice = gathering.voice_for(ground, TOUCHPOINTS, language="en", translate=plain)
        screen = dashboard._screen(db, ground, voice, clinician_id=clinician_id, period=period)
        window = screen.frame.window
        cut = self.cut(clinician_id, window, listed=screen.clinicians)
        for facts in screen.facts:
            self.item(facts, clinician_id, window, place, cut=cut)
        self.repair(screen.repair, clinician_id, window, place)
        if clinician_id is None:
            self.clinicians(screen.clinicians, window, place, cut=cut)
        self._mentions(db, ground, voice, clinician_id, screen.period.months, place)

    def _mentions(
        self,
        db: Session,
        ground: gathering.Ground,
        voice: Voice,
        who: int | None,
        months: Sequence[str],
        place: str,
    ) -> None:
        """How many comments of a box, and of a touchpoint, stand under a month; they can be counted there."""
        name = ground.instrument.id
        found = read_comments(
            db, ground.practice.id, instrument=name, clinician_id=who, months=months, management=who is None
        )
        for (box, month), number in Counter((each.box, each.month) for each in found).items():
            self.texts(box, who, month, number, place)
        for group in mentions.by_touchpoint(found, voice=voice, first=()):
            for each in group.months:
                people = self.history.people(who, frozenset({each.month}), Kind.COMMENTS)
                told = f"mention {'all' if who is not None else 'all and management'}"
                said = str(len(each.quotes))
                self.comments.tell(told, group.anchor, (people,), said, place=place)

    def _effects(self, db: Session, role: int | None, place: str) -> None:
        """What repairs changed: the owner sees all, a clinician their own, patients the practice's."""
        for action in acting.all_actions(db, self.history.practice.id):
            if role is not None and role != action.clinician_id:
                continue
            if action.effect is None or action.done_on is None or action.span is None:
                continue
            months = effect.months_of(action.done_on, action.span)
            sides = [
                self.history.people(action.clinician_id, frozenset(span))
                for span in (months.before, months.after)
            ]
            self.effect(action, sides, place)

    def effect(self, action: Action, sides: Sequence[frozenset[int]], place: str) -> None:
        """The outcome's word, and both shares where there are any."""
        said = str(action.effect)
        if action.share_before is not None:
            shown = measured(action)
            said = "|".join([said, *words_of_sides(shown)])
            for people, one in zip(sides, shown, strict=True):
                if one.n.low < EXACT_FROM:  # from there on an interval is made of the exact share elsewhere
                    self.share("best", action.measure, people, one, place)
        self.tell("effect", action.measure, sides, said, place)

    def _desk(self, db: Session, ground: gathering.Ground, day: date) -> None:
        """The owner's desk marks which comments are for the management."""
        found = hiding.on_the_desk(
            db, ground.practice.id, instrument=ground.instrument.id, months=last_four(day).months
        )
        marked = Counter((each.box, each.month) for each in found if each.management)
        for (box, month), number in marked.items():
            people = self.history.people(None, frozenset({month}), Kind.COMMENTS)
            assert number == self._written(box, people, {Audience.MANAGEMENT})
            self.comments.tell("management", box, (people,), str(number), place=f"{day} desk")
        self._themes(db, ground, found, day)

    def _themes(
        self, db: Session, ground: gathering.Ground, found: Sequence[hiding.DeskComment], day: date
    ) -> None:
        """How many comments of each theme the desk lists under a month; they can be counted there."""
        listed = sorting.with_themes(db, ground.practice.id, found, own=None)
        marked = Counter((slug, each.comment.month) for each in listed for slug in each.slugs)
        for (slug, month), number in marked.items():
            people = self.history.people(None, frozenset({month}), Kind.COMMENTS)
            self.comments.tell("theme", slug, (people,), str(number), place=f"{day} desk")

    def texts(self, box: str, who: int | None, month: str, number: int, place: str) -> None:
        """How many comments of a box stand under a month."""
        people = self.history.people(who, frozenset({month}), Kind.COMMENTS)
        audience = {Audience.ALL} if who is not None else {Audience.ALL, Audience.MANAGEMENT}
        assert number == self._written(box, people, audience), "these are other comments"
        kind = "all and management" if who is None else "all"
        self.comments.tell(kind, box, (people,), str(number), place=place)

    def _written(self, box: str, people: frozenset[int], audience: Container[Audience]) -> int:
        place = [each.id for each in self.history.instrument.comments].index(box)
        words = [self.history.words[person] for person in people]
        return sum(bool(each.texts[place]) and each.audience in audience for each in words)

    def quarter(
        self, db: Session, ground: gathering.Ground, quarter: str, day: date, *, again: bool = False
    ) -> None:
        """A quarter's report; a frozen one only on the day of freezing, or ``again``."""
        facts, frozen = freezing.facts_of_quarter(db, ground.practice, quarter, today=day)
        if frozen is not None and frozen.frozen_on != day and not again:
            return  # the same bytes as on the day it was frozen, and those were read then
        period, place = one_quarter(quarter, today=day), f"{day} report {quarter}"
        released = {atom.month for atom in self.history.atoms}
        newest = gathering.newest_month(tuple(sorted(released)), period, today=day)
        trend = freezing.QUARTER_TREND_MONTHS
        window = window_for(period, newest=newest, trend_months=trend, today=day)
        cut = self.cut(None, window, listed=facts.clinicians)
        for item in facts.items:
            self.item(item, None, window, place, cut=cut)
        self.repair(facts.repair, None, window, place)
        self.clinicians(facts.clinicians, window, place, cut=cut)
        self._courses(facts, place)
        self._against(facts, place)
        self._silence_of_quarter(facts, place)

    def _courses(self, facts: QuarterFacts, place: str) -> None:
        """Each item over up to eight quarters."""
        for item in facts.items:
            for each in item.quarters:
                people = self.history.people(None, frozenset(quarter_months(each.quarter)))
                self.share("best", item.item, people, each.share, place)

    def _against(self, facts: QuarterFacts, place: str) -> None:
        """Each item beside each earlier quarter: its share then, and the word for the change."""
        now = quarter_months(facts.quarter)
        for each in facts.against:
            then = quarter_months(each.quarter)
            cut = cut_of(self._pairs(now, then, listed=facts.clinicians))
            groups = [self.history.people(None, frozenset(months)) for months in (now, then)]
            for item in each.items:
                self.share("best", item.item, groups[1], item.then, place)
                self.tell(f"change:{cut}", item.item, groups, item.change, place)

    def _silence_of_quarter(self, facts: QuarterFacts, place: str) -> None:
        """The bounds that those who did not answer in the quarter leave."""
        item = overall_item(self.history.instrument).key
        share = next(each.share for each in facts.items if each.item == item)
        months = quarter_months(facts.quarter)
        if facts.response is not None:
            sent = sum(self.history.sent.get(month, 0) for month in months)
            said = words_of_bounds(silence.bounds(share, facts.response))
            people = self.history.people(None, frozenset(months))
            self.tell(f"silence:{sent}", item, (people,), said, place)

    def cut(self, who: int | None, window: Window, *, listed: Sequence[ClinicianFacts]) -> float:
        """Up to which p a change of this page is called one: all its items, and the clinicians listed."""
        if window.compared is None:
            return cut_of([])
        return cut_of(self._pairs(window.recent, window.earlier, listed=listed, who=who))

    def _pairs(
        self,
        now: Sequence[str],
        then: Sequence[str],
        *,
        listed: Sequence[ClinicianFacts],
        who: int | None = None,
    ) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """The best answers of all that is judged together, in two spans of months."""
        given = self.history.categories()
        overall = overall_item(self.history.instrument).key
        units = [(given[item.key], who) for item in self.history.instrument.counted]
        units += [(given[overall], facts.clinician_id) for facts in listed]
        return [(self.best(*unit, now), self.best(*unit, then)) for unit in units]

    def best(self, given: Sequence[str], who: int | None, months: Iterable[str]) -> tuple[int, int]:
        """How many gave the best answer, and of how many."""
        found = Counter(given[person] for person in self.history.people(who, frozenset(months)))
        return found["best"], found["best"] + found["problem"] + found["rest"]

    def judged(self, who: int | None, window: Window) -> tuple[frozenset[int], ...]:
        """The people behind a finding: the whole, both quarters, each month of two years."""
        spans = [window.months, window.recent, window.earlier, *((month,) for month in window.signal)]
        return tuple(self.history.people(who, frozenset(span)) for span in spans)

    def item(self, facts: ItemFacts, who: int | None, window: Window, place: str, *, cut: float) -> None:
        """All that is said of one item."""
        groups = self.judged(who, window)
        whole, recent, earlier = groups[:3]
        before = self.history.people(who, frozenset(window.before))
        self.share("best", facts.item, whole, facts.share, place)
        self.share("problem", facts.item, whole, facts.problem, place)
        self.share("best", facts.item, before, facts.before, place)
        if facts.practice is not None:
            everyone = self.history.people(None, frozenset(window.months))
            self.share("best", facts.item, everyone, facts.practice, place)
        if facts.change in {Change.ROSE, Change.FELL}:
            self.share("best", facts.item, recent, facts.recent, place)
            self.share("best", facts.item, earlier, facts.earlier, place)
        if facts.reason is Reason.SIGNAL:
            for span, shown in ((window.year, facts.year), (window.year_before, facts.year_before)):
                people = self.history.people(who, frozenset(span))
                self.share("best", facts.item, people, shown, place)
        if facts.middle.shown:
            self.share("middle", facts.item, whole, facts.middle, place)
        months = [self.history.people(who, frozenset({month.month})) for month in facts.months]
        for people, month in zip(months, facts.months, strict=True):
            self.share("best", facts.item, people, month.share, place)
        said = words_of_limits([month.share for month in facts.months])
        self.tell("limits", facts.item, months, said, place)
        said = f"{facts.verdict}|{facts.reason}|{facts.change}|{facts.course}"
        self.tell(f"finding:{cut}", facts.item, groups, said, place)

    def clinicians(self, found: Iterable[ClinicianFacts], window: Window, place: str, *, cut: float) -> None:
        """The overall item of each clinician in the owner's list."""
        item = overall_item(self.history.instrument).key
        listed = tuple(found)
        for facts in listed:
            groups = self.judged(facts.clinician_id, window)
            self.share("best", item, groups[0], facts.share, place)
            self.tell(f"verdict:{cut}", item, groups, f"{facts.verdict}|{facts.reason}", place)
        everybody = [self.history.people(one.clinician_id, frozenset(window.months)) for one in listed]
        for number, facts in enumerate(listed):
            self.tell(f"flag:{number}", item, everybody, facts.flag, place)

    def repair(self, shown: Shown | None, who: int | None, window: Window, place: str) -> None:
        if shown is not None:
            people = self.history.people(who, frozenset(window.months))
            self.share("repair", "breakdown.1", people, shown, place)

    def _responses(self, db: Session, ground: gathering.Ground, day: date) -> None:
        closed = quarters_back(quarter_before(quarter_of(day)), LAST_FOUR_CLOSED)
        for quarters in (closed, *((quarter,) for quarter in closed)):
            months = [month for quarter in quarters for month in quarter_months(quarter)]
            sent = sum(self.history.sent.get(month, 0) for month in months)
            said = str(gathering.response_of(db, ground, quarters))
            people = self.history.people(None, frozenset(months))
            self.tell(f"response:{sent}", "", (people,), said, f"{day} response")
            if quarters is closed:
                self._silence(db, ground, people, sent, f"{day} silence")
                self._under_heard(db, ground, months, f"{day} silence")

    def _silence(
        self, db: Session, ground: gathering.Ground, people: frozenset[int], sent: int, place: str
    ) -> None:
        """The bounds that those who did not answer leave, and the share they are made of."""
        item = overall_item(self.history.instrument).key
        shown, response = gathering.heard_in_closed(db, ground)
        self.share("best", item, people, shown, place)
        said = words_of_bounds(silence.bounds(shown, response))
        self.tell(f"silence:{sent}", item, (people,), said, place)

    def _under_heard(self, db: Session, ground: gathering.Ground, months: Sequence[str], place: str) -> None:
        """Of which clinicians far fewer were heard; the band of all and what was sent stand in the kind."""
        cautioned, totals = gathering.under_heard(db, ground), counting.sent_by_month(db, ground.practice.id)
        closed = quarters_back(quarter_before(quarter_of(ground.today)), LAST_FOUR_CLOSED)
        practice = gathering.response_of(db, ground, closed)
        for one in declaring.clinicians(db, ground.practice.id):
            cells = set(db.scalars(select(Cell.id).where(Cell.clinician_id == one.id)))
            sent = sum(n for (cell, month), n in totals.items() if cell in cells and month in months)
            people = self.history.people(one.id, frozenset(months))
            if practice is not None:
                said = str(one.name in cautioned)
                self.tell(f"heard:{sent}:{practice.low}", "", (people,), said, place)

    def share(self, kind: str, item: str, people: frozenset[int], shown: Shown, place: str) -> None:
        self.tell(kind, item, (people,), words_of(shown), place)

    def tell(self, kind: str, item: str, people: Sequence[frozenset[int]], said: str, place: str) -> None:
        if any(people):
            for book in self.open:
                book.tell(kind, item, people, said, place=place)


def follow(history: History, drawn: Plan, readers: Sequence[Reader]) -> None:
    """Live through a history while readers look whenever something may have changed."""
    for day, happened in live(history, drawn):
        for reader in readers:
            if happened == ANSWER:
                reader.arrived(day)
            else:
                reader.look(day)
