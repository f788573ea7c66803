"""The return form, prefilled for each municipality."""
