"""Which contacts of a book may be one person: pure rules that weigh evidence. People decide about each pair."""
