"""Where a request came from, for limits: the address that our own outermost proxy saw, never one that was made up."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's IPv4 address, or the /64 that its IPv6 address lies in, as one household has a whole /64.

    `settings.TRUSTED_PROXIES` says how many proxies of ours append to X-Forwarded-For; everything left of those is
    hearsay and not read.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    seen = hops[-trusted] if 0 < trusted <= len(hops) else request.META.get("REMOTE_ADDR", "")
    return _as_counted(seen)


def _as_counted(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"  # A socket without an address: all of them share one count.
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ip_network((ip, 64), strict=False))
    return str(ip)
