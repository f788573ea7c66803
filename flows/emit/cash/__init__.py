"""What the cash office books and pays: booking list, payments, payout lists, certificates."""
