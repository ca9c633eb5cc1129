"""The pages in a real browser, on the whole stack: what people see, press and hear."""
