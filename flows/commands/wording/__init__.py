"""Results as German lines for the person at the keyboard."""
