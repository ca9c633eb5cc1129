"""HubSpot: OAuth and tokens of private apps, the CRM API, and a HubSpot contact as a contact."""
