"""The pages of leads: the organizations of a person, their leads, one lead, and imports."""
