"""Masthead's own stand-in for Stripe: stateful, over real HTTP, on the loopback only. See README.md beside this file."""
