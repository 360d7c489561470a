from datetime import date

from tests.worked_examples.sample_calendar import NEW_YORK, sample_issues

TABLE = """
501 | Jan 2026 | 2025-12-10
502 | Feb 2026 | 2026-01-10
503 | Mar 2026 | 2026-02-10
504 | Apr 2026 | 2026-03-10
505 | May 2026 | 2026-04-10
506 | Jun 2026 | 2026-05-10
507 | Jul/Aug 2026 | 2026-06-10
508 | Sep 2026 | 2026-08-10
509 | Oct 2026 | 2026-09-10
510 | Nov/Dec 2026 | 2026-10-10
511 | Jan 2027 | 2026-12-10
512 | Feb 2027 | 2027-01-10
513 | Mar 2027 | 2027-02-10
514 | Apr 2027 | 2027-03-10
515 | May 2027 | 2027-04-10
516 | Jun 2027 | 2027-05-10
517 | Jul/Aug 2027 | 2027-06-10
518 | Sep 2027 | 2027-08-10
519 | Oct 2027 | 2027-09-10
520 | Nov/Dec 2027 | 2027-10-10
"""


def test_rule_4_0_two_years_of_ten_issues_stand_as_in_the_table():
    rows = [
        f"{issue.number} | {issue.cover_label} | {issue.pull_at.astimezone(NEW_YORK).date()}"
        for issue in sample_issues(years=2)
    ]

    assert rows == TABLE.strip().splitlines()


def test_rule_4_0_numbering_goes_on_after_two_years():
    labels = {issue.number: issue.cover_label for issue in sample_issues()}

    assert (labels[521], labels[523], labels[525]) == ("Jan 2028", "Mar 2028", "May 2028")


def test_rule_4_12_and_4_23_mail_and_in_home_days():
    issues = {issue.number: issue for issue in sample_issues()}

    assert issues[505].mail_on == date(2026, 4, 20)
    assert issues[505].in_home_until == date(2026, 5, 5)
    assert issues[511].mail_on == date(2026, 12, 20)
    assert issues[511].in_home_from == date(2026, 12, 30)
    assert issues[514].in_home_from == date(2027, 3, 30)
