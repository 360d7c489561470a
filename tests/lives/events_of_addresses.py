"""Readers move, at once and for later, are away for a while or every year, and mail comes back from where they were."""

import datetime as dt

from hypothesis import strategies as st

from subscriptions.terms import actions as terms
from subscriptions.terms.models import AwayIssue
from tests.lives import addresses
from tests.lives.machine import Life, event, few, some
from tests.lives.model import Line, Stay
from tests.lives.till import STAFF
from tests.lives.town import PLACES

SEASONS = [((12, 1), (3, 31)), ((5, 15), (9, 30)), ((1, 10), (2, 28))]


class AddressEvents(Life):
    @event(often=3, line=few, place=few, ahead=st.sampled_from([None, None, 0, 1, 3]))
    def moves_house(self, line: int, place: int, ahead: int | None) -> None:
        whose = self.line(line)
        address = self.place_of(whose, place)
        begins = None if ahead is None else self.open_issue(ahead)
        first, done = self.surely(
            lambda: addresses.move(self.world, whose, address=address, begins=begins),
            lambda: terms.change_address(
                subscription_id=whose.pk, address_id=self.town.addresses[address].pk, by=STAFF, now=self.now,
                from_issue_id=begins.pk if begins else None,
            ),
        )  # fmt: skip
        assert done.first_issue.number == first.number
        self.agree([whose])

    @event(
        often=3, line=few, place=few, after=st.sampled_from([0, 20, 60, 200]), days=st.sampled_from([5, 40, 90, 300])
    )
    def goes_away(self, line: int, place: int, after: int, days: int) -> None:
        whose = self.line(line)
        begins = self.now.date() + dt.timedelta(days=after)
        there = Stay(self.place_of(whose, place), begins=begins, until=begins + dt.timedelta(days=days))
        both = self.both(
            lambda: addresses.stay(self.world, whose, there),
            lambda: terms.stay_away(
                subscription_id=whose.pk, address_id=self.town.addresses[there.address].pk, from_on=there.begins,
                until_on=there.until, by=STAFF, now=self.now,
            ),
        )  # fmt: skip
        if both:
            there.pk = both[1].away.pk
            assert laid_for(there) == [issue.number for issue in both[0]]
        self.agree([whose])

    @event(line=few, place=few, season=st.sampled_from(SEASONS))
    def goes_away_every_year(self, line: int, place: int, season: tuple[tuple[int, int], tuple[int, int]]) -> None:
        whose = self.line(line)
        there = Stay(self.place_of(whose, place), season=season)
        goes, done = self.surely(
            lambda: addresses.stay(self.world, whose, there),
            lambda: terms.stay_every_year(
                subscription_id=whose.pk, address_id=self.town.addresses[there.address].pk, first=season[0],
                last=season[1], by=STAFF, now=self.now,
            ),
        )  # fmt: skip
        there.pk = done.away.pk
        assert laid_for(there) == [issue.number for issue in goes]
        self.agree([whose])

    @event(when=lambda life: any(line.stays for line in life.world.lines), which=some)
    def comes_home(self, which: int) -> None:
        stays = [(line, stay) for line in self.world.lines for stay in line.stays]
        whose, there = stays[-1 - which % len(stays)]
        self.both(
            lambda: addresses.end_stay(self.world, whose, there),
            lambda: terms.end_stay(away_id=there.pk, by=STAFF, now=self.now),
        )
        self.agree([whose])

    @event(line=few)
    def comes_back_from_the_post(self, line: int) -> None:
        """Mail is returned from where the next issue would go; or somebody says that the place is good after all."""
        address = self.line(line).address_of(self.world.calendar.planned()[0])
        is_bad = address not in self.world.undeliverable
        self.world.undeliverable ^= {address}
        self.town.mark_undeliverable(address, self.now.date() if is_bad else None)

    def place_of(self, line: Line, place: int) -> int:
        return self.world.lines.index(line) * len(PLACES) + place


def laid_for(there: Stay) -> list[int]:
    """Every issue that would go there, whether it comes or not."""
    rows = AwayIssue.objects.filter(away=there.pk).order_by("issue__ordinal")
    return list(rows.values_list("issue__number", flat=True))
