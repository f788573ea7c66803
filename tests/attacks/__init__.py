"""What outsiders broke the calculation with, and the amounts that are right, each worked out by hand."""
