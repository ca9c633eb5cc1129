"""The pages: templates and what renders them."""
