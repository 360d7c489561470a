"""The desk's own pages. Each passes the desk's door first, and then asks for its capability."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path
from django.views import View

from web.desk.pages import (
    calendar,
    cancelling,
    checks,
    comps,
    extensions,
    holds,
    issues,
    merging,
    months,
    orders,
    people,
    readers,
    renewals,
    revenue,
    run_verbs,
    runs,
    settings,
    staff,
    stays,
    stripe,
    subscriptions,
    webhooks,
)
from web.desk.pages.sign_in_link import SendSignInLink

Page = tuple[str, type[View], str]

READERS: list[Page] = [
    ("readers/", readers.Readers, "readers"),
    ("readers/duplicates/", readers.Duplicates, "duplicates"),
    ("readers/duplicates/<int:pair_id>/<str:answer>/", readers.AnswerDuplicate, "answer_duplicate"),
    ("readers/<int:reader_id>/", readers.OneReader, "reader"),
    ("readers/<int:reader_id>/sign-in-link/", SendSignInLink, "send_sign_in_link"),
    ("readers/<int:reader_id>/merge/", merging.ChooseMerge, "choose_merge"),
    ("readers/<int:reader_id>/merge/<int:merged_id>/", merging.MergeReaders, "merge_readers"),
    ("readers/merges/<int:merge_id>/undo/", merging.UndoMerge, "undo_merge"),
    ("readers/<int:reader_id>/household/", people.JoinHousehold, "join_household"),
    ("readers/<int:reader_id>/household/leave/", people.LeaveHousehold, "leave_household"),
    ("readers/<int:reader_id>/notes/add/", people.AddNote, "add_note"),
    ("readers/notes/<int:note_id>/pin/", people.PinNote, "pin_note"),
    ("readers/notes/<int:note_id>/delete/", people.DeleteNote, "delete_note"),
    ("readers/<int:reader_id>/preferences/", people.SetPreferences, "set_preferences"),
    ("subscriptions/<uuid:uuid>/one-copy/", people.OneCopy, "one_copy"),
    ("subscriptions/<uuid:uuid>/address/", subscriptions.ChangeAddress, "change_address"),
    ("subscriptions/<uuid:uuid>/hold/", subscriptions.Hold, "hold"),
    ("subscriptions/<uuid:uuid>/auto-renew/cancel/", subscriptions.CancelAutoRenew, "cancel_auto_renew"),
    ("subscriptions/<uuid:uuid>/cancel/", cancelling.CancelSubscription, "cancel_subscription"),
    ("subscriptions/<uuid:uuid>/reinstate/", cancelling.ReinstateSubscription, "reinstate_subscription"),
    ("subscriptions/holds/<int:pause_id>/end/", subscriptions.EndHold, "end_hold"),
    ("subscriptions/<uuid:uuid>/hold-while-away/", holds.HoldWhileAway, "hold_while_away"),
    ("subscriptions/holds/<int:pause_id>/change/", holds.ChangeHoldEnd, "change_hold"),
    ("subscriptions/holds/<int:pause_id>/withdraw/", holds.WithdrawHold, "withdraw_hold"),
    ("subscriptions/holds/many/", holds.BulkHolds, "bulk_holds"),
    ("subscriptions/holds/many/<slug:code>/enter/", holds.EnterBulkHold, "enter_bulk_hold"),
    ("subscriptions/holds/many/<uuid:uuid>/end/", holds.EndBulkHold, "end_bulk_hold"),
    ("subscriptions/<uuid:uuid>/destinations/", stays.WhereItGoes, "destinations"),
    ("subscriptions/<uuid:uuid>/stays/add/", stays.AddStay, "add_stay"),
    ("subscriptions/stays/<uuid:uuid>/end/", stays.EndStay, "end_stay"),
    ("subscriptions/surcharges/", stays.Surcharges, "surcharges"),
    ("subscriptions/surcharges/<uuid:uuid>/close/", stays.CloseSurcharge, "close_surcharge"),
    ("subscriptions/<uuid:uuid>/extend/", extensions.Extend, "extend"),
    ("subscriptions/extensions/<int:entry_id>/take-back/", extensions.TakeBackExtension, "take_back_extension"),
    ("subscriptions/<uuid:uuid>/grace/write-off/", extensions.WriteOffGrace, "write_off_grace"),
    ("subscriptions/<uuid:uuid>/free/", comps.GiveComp, "give_comp"),
    ("subscriptions/free/", comps.FreeSubscriptions, "comps"),
    ("subscriptions/free/<int:term_id>/confirm/", comps.ConfirmComp, "confirm_comp"),
    ("orders/<slug:number>/", orders.OneOrder, "order"),
    ("renewals/", renewals.RenewalsDue, "renewals"),
]
ISSUES: list[Page] = [
    ("calendar/", calendar.Calendar, "calendar"),
    ("calendar/<slug:code>/", calendar.Calendar, "calendar_of"),
    ("calendar/<slug:code>/lay-out/", calendar.LayOut, "lay_out"),
    ("issues/<int:issue_id>/drop/", issues.Drop, "drop_issue"),
    ("issues/<int:issue_id>/restore/", issues.Restore, "restore_issue"),
    ("issues/<int:issue_id>/weight/", issues.Weigh, "weigh_issue"),
    ("issues/<int:issue_id>/cut-off/", issues.MovePull, "move_pull"),
    ("issues/<int:issue_id>/add-before/", issues.AddBefore, "add_issue"),
    ("issues/<int:issue_id>/run/", issues.PlanRun, "plan_run"),
]
RUNS: list[Page] = [
    ("runs/", runs.Runs, "runs"),
    ("runs/plan-waiting/", run_verbs.PlanWaiting, "plan_waiting_runs"),
    ("runs/<uuid:uuid>/", runs.OneRun, "run"),
    ("runs/<uuid:uuid>/progress.json", runs.RunProgress, "run_progress"),
    ("runs/<uuid:uuid>/labels.csv", runs.LabelFile, "label_file"),
    ("runs/<uuid:uuid>/manifest.<str:ending>", runs.ManifestFile, "manifest"),
    ("runs/<uuid:uuid>/rehearse/", run_verbs.Rehearse, "rehearse_run"),
    ("runs/<uuid:uuid>/approve/", run_verbs.Approve, "approve_run"),
    ("runs/<uuid:uuid>/unapprove/", run_verbs.Unapprove, "unapprove_run"),
    ("runs/<uuid:uuid>/release/", run_verbs.Release, "release_run"),
    ("runs/<uuid:uuid>/void/", run_verbs.Void, "void_run"),
    ("runs/<uuid:uuid>/hand-over/", run_verbs.HandOver, "hand_over_run"),
    ("runs/<uuid:uuid>/mailed/", run_verbs.ConfirmMailed, "mailed_run"),
]
MONEY: list[Page] = [
    ("revenue/", revenue.DeferredRevenue, "revenue"),
    ("revenue/earned-by-issue/", revenue.Earned, "earned"),
    ("revenue/trial-balance/", revenue.TrialBalance, "trial_balance"),
    ("revenue/refunds/", cancelling.RefundsToSend, "refunds"),
    ("revenue/months/", months.Months, "months"),
    ("revenue/months/<slug:month>/close/", months.CloseMonth, "close_month"),
    ("stripe-events/<slug:event_id>/again/", webhooks.FollowAgain, "follow_again"),
    ("checks/", checks.Checks, "checks"),
    ("checks/run/", checks.RunCheck, "run_check"),
]
HOUSE: list[Page] = [
    ("settings/", settings.Settings, "settings"),
    ("settings/mail/", settings.MailSettings, "mail_settings"),
    ("settings/mail/server/", settings.SetMailServer, "mail_server"),
    ("settings/mail/test/", settings.SendTestMail, "send_test_mail"),
    ("settings/stripe/", stripe.Stripe, "stripe"),
    ("settings/stripe/key/", stripe.StripeKey, "stripe_key"),
    ("settings/stripe/webhook-secret/", stripe.StripeWebhookSecret, "stripe_webhook_secret"),
    ("settings/stripe/test/", stripe.TryStripe, "try_stripe"),
    ("settings/staff/", staff.Staff, "staff"),
    ("settings/staff/add/", staff.AddUser, "add_user"),
    ("settings/staff/<int:user_id>/", staff.OneUser, "user"),
    ("settings/staff/<int:user_id>/role/", staff.ChangeRole, "change_role"),
    ("settings/staff/<int:user_id>/password/", staff.SetPassword, "set_password"),
    ("settings/staff/<int:user_id>/second-factor/forget/", staff.ForgetSecondFactor, "forget_second_factor"),
    ("settings/staff/<int:user_id>/close/", staff.CloseAccount, "close_account"),
    ("settings/staff/<int:user_id>/reopen/", staff.ReopenAccount, "reopen_account"),
    ("settings/staff/<int:user_id>/tokens/", staff.IssueToken, "issue_token"),
    ("settings/staff/tokens/<int:token_id>/revoke/", staff.RevokeToken, "revoke_token"),
]


def pages(door: Callable[..., Any]) -> list[URLPattern]:
    every = [*READERS, *ISSUES, *RUNS, *MONEY, *HOUSE]
    return [path(route, door(page.as_view()), name=name) for route, page, name in every]
