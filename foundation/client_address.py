"""Where a request came from: the address that our own outermost proxy saw, never one that was made up."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """The client's address as it is, for a proof of consent; None for a socket without one.

    `settings.TRUSTED_PROXIES` says how many proxies of ours append to X-Forwarded-For; everything left of those is
    hearsay and not read.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    seen = hops[-trusted] if 0 < trusted <= len(hops) else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(seen))
    except ValueError:
        return None


def client_address(request: HttpRequest) -> str:
    """What limits count by: see `as_counted`."""
    return as_counted(client_ip(request))


def as_counted(address: str | None) -> str:
    """The IPv4 address, or the /64 that an IPv6 address lies in, as one household has a whole /64."""
    if address is None:
        return "unknown"  # A socket without an address: all of them share one count.
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return str(ip)


def subnet_of(address: str | None) -> str:
    """The neighbourhood of `as_counted`: an IPv4 /24 or an IPv6 /48, which one attacker has at hand as easily."""
    if address is None:
        return "unknown"
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(ip_network((ip, 48), strict=False))
    ipv4 = ip.ipv4_mapped if isinstance(ip, IPv6Address) else ip
    return str(ip_network((str(ipv4), 24), strict=False))
