"""What leaves the house: a person's copy of everything on file about them."""
