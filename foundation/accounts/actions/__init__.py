from foundation.accounts.actions.second_factors import enrol_totp, forget_second_factor, seal_second_factors_again
from foundation.accounts.actions.tokens import issue_token, revoke_token
from foundation.accounts.actions.users import (
    EmailIsTaken,
    LastAdministrator,
    add_user,
    change_role,
    close_account,
    reopen_account,
    set_password,
)

__all__ = [
    "EmailIsTaken",
    "LastAdministrator",
    "add_user",
    "change_role",
    "close_account",
    "enrol_totp",
    "forget_second_factor",
    "issue_token",
    "reopen_account",
    "revoke_token",
    "seal_second_factors_again",
    "set_password",
]
