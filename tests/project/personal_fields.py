"""Every column of text that may tell of a person, and what an erasure does with it. `docs/privacy.md` says why.

`tests/stories/test_forgotten.py` erases somebody who left a trace in them and looks through every table.
"""

OVERWRITTEN = {
    # What somebody typed, under keys that end in `_because`. The rest is ids, cents and states, and is kept.
    "audit.AuditEntry": "detail",
    "mail.OutgoingMail": "to_email text html one_click_url last_error bounce_reason",
    "readers.Reader": "name company email phone",
    "readers.Address": "name company attention line1 line2 city postcode warnings label_name label_company label_attn"
    " label_addr1 label_addr2 label_urb label_city label_zip5 label_plus4 label_dpc label_postcode",
    "newsletters.Enrolment": "email asked_from confirmed_from",
    "terms.Comp": "why",
    # Of extensions and corrections; elsewhere it is the house's own word.
    "terms.Entry": "about",
    "terms.MovedLine": "stayed_because",
    "terms.Pause": "note",
    "fulfillment.Claim": "note answer",
    "fulfillment.Copy": "name company attn addr1 addr2 urb city zip5 plus4 dpc postcode",
    "payments.SavedMethod": "brand last4",
    "payments.PaymentAttempt": "request checkout_url card_last4 asked_from",
    "checkout.ZoneMove": "note",
    "checkout.LineRefund": "because",
    "checkout.Order": "payer_email",
    "checkout.Gift": "to_name to_town to_email from_name message",
}
DELETED = {
    "readers.PossibleDuplicate": "reason",
    "readers.ReaderNote": "text",
    "readers.FormerDetails": "name company email phone",
    "readers.PrivacyTick": "told",
    # Nobody on file yet: they go with the file, when it is taken or withdrawn, after a month at the latest.
    "checkout.StagedOrder": "reference cells problems warnings made",
}
# Kept as a proof, for tax, for the post, or because a number alone tells nobody who it was.
KEPT = {
    "mail.OutgoingMail": "subject body_sha256",
    "readers.Address": "region country zone label_state label_country",
    "fulfillment.Copy": "subscriber_no top_line state country",
    "payments.StripeCustomer": "customer_id",
    "payments.SavedMethod": "method_id kind",
    "checkout.AutoRenewConsent": "text ip user_agent",
}
# Typed, but about copies on a shelf and a whole run: `catalog.StockMovement.note`, `fulfillment.LabelRun.void_reason`.
# Codes, keys, references such as `staff:7`, and words of the house about itself.
NOT_PERSONAL = {
    "accounts.User": "password email name",
    "accounts.ApiToken": "label token_hash",
    "audit.AuditEntry": "actor action object_kind object_id",
    "mail.OutgoingMail": "key kind provider_id",
    "mail.MailLink": "token_hash purpose subject",
    "mail.MailServer": "sender host username changed_by",
    "limits.Count": "scope who",
    "limits.SpentKey": "by key body_sha256",
    "vault.Secret": "name sealed hint changed_by",
    "catalog.Magazine": "code label_code name publisher contact_email contact_phone contact_address issn usps_number"
    " book_time_zone currency invite_at_issues_left mailer_id service_type acs_code covers",
    "catalog.Issue": "cover_label",
    "catalog.StockMovement": "link note by",
    "catalog.Offer": "code name currency",
    "catalog.SourceKey": "code name",
    "readers.Household": "created_by",
    "readers.Address": "entered_by source",
    "readers.PossibleDuplicate": "answered_by",
    "readers.ReaderMerge": "by undone_by",
    "readers.MergeTick": "app summary",
    "readers.PrivacyRequest": "asked_by started_by closed_by refused_because file_name file_sha256",
    "readers.PrivacyTick": "app objection summary",
    "readers.ReaderNote": "by",
    "readers.FormerDetails": "by",
    "readers.ContactPreference": "source by",
    "newsletters.Newsletter": "slug name description consent_text",
    "newsletters.Enrolment": "consent_text",
    "terms.LineMerge": "by undone_by",
    "terms.ShipTo": "entered_by",
    "terms.AwayAddress": "entered_by ended_by",
    "terms.ServiceReason": "code name words",
    "terms.BulkExtension": "criteria entered_by taken_back_by",
    "terms.Term": "currency ended_because",
    "terms.Comp": "owner confirmed_by",
    "terms.AccessTerm": "currency ended_because",
    "terms.Entry": "link by",
    "terms.BulkHold": "criteria entered_by ended_by",
    "terms.Pause": "entered_by",
    "fulfillment.Claim": "reported_by answered_by",
    "fulfillment.Copy": "copy_class paid_code list_code version",
    "fulfillment.LabelRun": "created_by rehearsal approved_by released_by handed_over_to void_reason step last_error"
    " printed file_name file_sha256 manifest_name manifest_sha256",
    "ledger.Account": "code name publishers_code",
    "ledger.Period": "closed_by",
    "ledger.Journal": "posting_key kind currency memo content_sha256",
    "ledger.Line": "magazine issue offer source",
    "payments.ChargePermit": "currency withdrawn_because",
    "payments.PaymentAttempt": "currency idempotency_key checkout_session_id payment_intent_id charge_id"
    " balance_transaction_id decline_class decline_code advice_code network_codes last_error",
    "payments.WebhookEvent": "event_id kind object_id source last_error",
    "payments.DeclineRule": "code",
    "checkout.ZoneMove": "from_zone to_zone currency entered_by closed_by",
    "checkout.OrderImport": "batch file_name file_sha256 note currency standing created_by taken_by",
    "checkout.StagedOrder": "body_sha256",
    "checkout.Order": "number currency channel placed_by",
    "checkout.AutoRenewConsent": "text_version text_sha256 channel withdrawn_by",
    "checkout.IntakeKey": "key caller body_sha256 answer",
    "checkout.CardBatch": "printed_by",
    "checkout.Gift": "code_zone",
    "checkout.GiftCode": "code_sha256 last4 closed_by",
    "checkout.GiftMove": "moved_by",
    "checkout.LineRefund": "currency promised_by withdrawn_by",
    "renewals.Cycle": "currency ended_because",
    "renewals.Notice": "voided_because",
    "revenue.RunPosting": "magazine_code currency copies_by_class",
    "revenue.AccessPosting": "currency",
    "revenue.ParkedEntry": "error",
    "revenue.ParkedRun": "error",
    "revenue.NightlyCheck": "findings",
}
