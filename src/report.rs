//! Values to text, JSON, CSV: list, show, why, explain, simulate, export. Knows no socket and no file.
