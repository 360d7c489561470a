from django.http import HttpRequest, HttpResponse

from foundation import clock
from web.desk.pages.base import DeskPage
from web.desk.queries import getting_started, today


class Dashboard(DeskPage):
    """The desk's front page: what needs doing today, and, until the house stands, how to get there."""

    capability = "open_desk"
    template = "desk/dashboard.html"
    title = "Today"

    def get(self, request: HttpRequest) -> HttpResponse:
        now, day = clock.now(), clock.today()
        steps = getting_started.steps()
        missing = [step for step in steps if not step.done]
        return self.show(
            today=day,
            now=now,
            pulls=today.next_pulls(now=now),
            lines=today.to_do(user=self.staff, now=now, today=day),
            check=today.last_check(),
            steps=[(step, self.staff.may(step.capability)) for step in steps] if missing else [],
            steps_done=len(steps) - len(missing),
        )
