"""Which addresses on the internet we send to when somebody else chooses them. Pure.

Python's own judgment (`is_global`) differs between versions, so the ranges are listed here: the registries of
special-purpose addresses (RFC 6890 and its updates), multicast, what embeds an IPv4 address, and what clouds use for
the metadata of their machines.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_REFUSED_IPV4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # a cloud's own service, at an address that is public otherwise
            "169.254.0.0/16",  # link-local; metadata of machines in most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # automatic multicast tunneling
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
_GLOBAL_UNICAST = ip_network("2000::/3")  # everything else of IPv6 is refused: loopback, NAT64, unique local, …
_REFUSED_IPV6 = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks, …
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which embeds an IPv4 address
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)
_ISATAP = 0x5EFE  # in front of an IPv4 address, in the last 64 bits of an address of any network


def is_public(address: str) -> bool:
    """Whether this is the address of a machine on the public internet. False for anything that is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_ipv4(parsed) if isinstance(parsed, IPv4Address) else _is_public_ipv6(parsed)


def is_loopback(address: str) -> bool:
    """Whether this is an address of this machine itself, in its plain form."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return parsed in ip_network("127.0.0.0/8") if isinstance(parsed, IPv4Address) else parsed == IPv6Address("::1")


def _is_public_ipv4(address: IPv4Address) -> bool:
    return not any(address in network for network in _REFUSED_IPV4)


def _is_public_ipv6(address: IPv6Address) -> bool:
    if address.scope_id is not None or address not in _GLOBAL_UNICAST:
        return False
    embeds_ipv4 = (int(address) >> 32) & 0xFCFF_FFFF == _ISATAP
    return not embeds_ipv4 and not any(address in network for network in _REFUSED_IPV6)
