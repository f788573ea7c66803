"""The Kalkulation: what premiums the savings of the past would have borne."""
