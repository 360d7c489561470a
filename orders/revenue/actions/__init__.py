from orders.revenue.actions.posting import CopiesAreMissing, post_mailed_runs, post_run

__all__ = ["CopiesAreMissing", "post_mailed_runs", "post_run"]
