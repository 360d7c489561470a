"""What leaves the house: the label file, its manifest, the print order."""
