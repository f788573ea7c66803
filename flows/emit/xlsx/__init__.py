"""What every document is written with: styles, words, measures, the libraries that write."""
