"""How many examples a property is tried with: as many as it says, or a quarter of them under the profile `few`."""

from hypothesis import settings

USUAL = 100


def examples(number: int) -> int:
    """For `max_examples`: the number itself, or fewer under a profile that has fewer than usual."""
    return max(1, number * settings().max_examples // USUAL)
