"""The providers we import contacts from, behind one interface: Google, Microsoft and HubSpot."""
