"""The four DynamoDB tables: `keys` lists every kind of item and its key."""
