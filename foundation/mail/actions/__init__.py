from foundation.mail.actions.bounces import MailIsUnknown, record_bounce
from foundation.mail.actions.forgetting import forget_mails, forget_mails_with_keys, mails_to
from foundation.mail.actions.links import LinkIsOver, forget_old_links, make_link, open_link, use_link
from foundation.mail.actions.queueing import NewMail, queue_mail, queue_mails
from foundation.mail.actions.sending import send_waiting
from foundation.mail.actions.server import send_test_mail, set_mail_server

__all__ = [
    "LinkIsOver",
    "MailIsUnknown",
    "NewMail",
    "forget_mails",
    "forget_mails_with_keys",
    "forget_old_links",
    "mails_to",
    "make_link",
    "open_link",
    "queue_mail",
    "queue_mails",
    "record_bounce",
    "send_test_mail",
    "send_waiting",
    "set_mail_server",
    "use_link",
]
