"""Reading the books."""

from orders.ledger.queries.balances import TrialBalance, TrialBalanceRow, balance, trial_balance
from orders.ledger.queries.integrity import altered_journals, unbalanced_journals

__all__ = [
    "TrialBalance",
    "TrialBalanceRow",
    "altered_journals",
    "balance",
    "trial_balance",
    "unbalanced_journals",
]
