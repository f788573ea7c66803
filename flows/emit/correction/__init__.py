"""What goes back to a sender: the own file with its findings marked, and the Prüfprotokoll."""
