"""Masthead's own stand-in for Stripe: stateful, over real HTTP, on the loopback only.

README.md beside this file tells how to run it.
"""
