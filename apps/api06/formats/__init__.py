"""XML and JSON of everything but elements: one module per noun."""
