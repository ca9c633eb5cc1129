"""What is built from the API's description: clients in two languages, and journeys with them."""
