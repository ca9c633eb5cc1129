"""Events out: endpoints that people, organizations and operators register, and the deliveries to them."""
