"""E-mails to people: their verified address, which e-mails they want, and sending what waits."""
