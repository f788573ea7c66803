"""Letters about money: what is still to be paid, and what a year comes to."""
