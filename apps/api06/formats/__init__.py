"""The wire forms of what is not an element: one module a noun."""
