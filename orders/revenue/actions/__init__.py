from orders.revenue.actions.posting import BY, CopiesAreMissing, post_mailed_runs, post_run

__all__ = ["BY", "CopiesAreMissing", "post_mailed_runs", "post_run"]
