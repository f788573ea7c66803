"""What is read of the ledger, whole and in one transaction each: a month, its finances, a case, a report."""
