"""Contact Intake: rooms (what people can do) over a core (contacts, jobs) over a ground (foundation, web)."""
