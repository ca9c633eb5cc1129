from tests.accounts.house import client, house

__all__ = ["client", "house"]
