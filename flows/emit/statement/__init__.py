"""The Abrechnung of one municipality: a workbook in which every cent can be followed."""
