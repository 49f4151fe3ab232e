"""Addresses: which two URLs are one page, and whose page it is.

Takes strings, gives strings; no network. ``canonical_url`` is idempotent and only ever removes what does not choose the page:
tracking parameters, AMP and mobile forms, default ports, fragments, trailing slashes, letter case of scheme and host.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urljoin, urlsplit

from clustering.errors import RejectedPage

__all__ = ["canonical_url", "join_url", "outlet_of", "split_host"]

MAX_URL_CHARS = 4_096
"""No outlet's address is longer; servers refuse twice this."""

_TRACKING_PREFIXES = (
    "utm_",
    "at_",
    "mc_",
    "pk_",
    "piwik_",
    "matomo_",
    "hsa_",
    "oly_",
    "vero_",
    "mtm_",
    "wt_",
    "ga_",
    "_ga",
)
_TRACKING = frozenset(
    "fbclid gclid dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh mibextid cmpid cmp cid ncid ocid icid ito "
    "spm xtor ref ref_src ref_url referrer referer source_caller smid smtyp partner from_rss rss feed_id ftag sr_share "
    "share shared soc_src soc_trk guccounter guce_referrer guce_referrer_sig taid traffic_source via __twitter_impression "
    "amp outputtype output_type gaa_at gaa_n gaa_ts gaa_sig _openstat openstat from nr_email_referer s_cid sh wprov mod "
    "campaign_id emc instance_id nl segment_id te user_id regi_id sc_channel sc_campaign rb_clickid etext".split()
)
_TRACKING_ONLY_WITH_WORDS = frozenset(
    {"from", "cid", "share", "source", "mod", "te", "nl", "sh", "via", "amp", "ref", "partner"}
)
"""Short names that some outlets use to choose the page: removed only when the value is not a number."""
_MOBILE_LABELS = frozenset({"m", "mobile", "amp", "touch", "wap", "mobil", "pda"})
_INDEX_FILE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_AMP_TAIL = re.compile(r"(?:/amp|/amp\.html?|\.amp|/amphtml|/amp/?)$", re.IGNORECASE)
_AMP_INSIDE = re.compile(r"\.amp(?=\.html?$)", re.IGNORECASE)
_AMP_HEAD = re.compile(r"^/amp(?=/.)", re.IGNORECASE)
_HOST = re.compile(r"[^\s/?#@:\[\]]+|\[[0-9a-f:.]+\]", re.IGNORECASE)
_SAFE_PATH = "/:@!$&'()*+,;=~-._"
_SECOND_LEVEL = frozenset("co com org net gov edu ac gob gov go ne or gen k12 mil nic".split())


def split_host(url: str) -> str:
    """Give the lower-case host of an http(s) URL, without port and user. Errors: ``RejectedPage`` bad-url."""
    if len(url) > MAX_URL_CHARS:
        raise RejectedPage("bad-url", f"longer than {MAX_URL_CHARS} characters: {url[:60]!r}...")
    try:
        url.encode("utf-8")
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
        _ = parts.port
    except ValueError as error:
        raise RejectedPage("bad-url", f"{url!r}: {error}") from error
    if (
        parts.scheme.lower() not in ("http", "https")
        or not host
        or not _HOST.fullmatch(host if ":" not in host else f"[{host}]")
    ):
        raise RejectedPage("bad-url", f"{url!r} is not an http(s) URL")
    return _to_ascii(host)


def _to_ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise RejectedPage("bad-url", f"host {host!r} is not a host name") from error


@lru_cache(maxsize=16_384)
def _strip_mobile(host: str) -> str:
    labels = host.split(".")
    while len(labels) > 2 and (labels[0] == "www" or labels[0] in _MOBILE_LABELS):
        # "m.co.uk" style names are registered domains, not mobile forms
        if len(labels) == 3 and labels[1] in _SECOND_LEVEL and len(labels[2]) == 2:
            break
        labels = labels[1:]
    return ".".join(labels)


def outlet_of(url: str) -> str:
    """Give the outlet of an URL: its host without ``www.`` and mobile labels. Errors: ``RejectedPage`` bad-url."""
    return _strip_mobile(_unwrap_cache_host(split_host(url)))


def _unwrap_cache_host(host: str) -> str:
    # the AMP cache writes www-example-com.cdn.ampproject.org: "-" for ".", "--" for "-"
    if host.endswith(".cdn.ampproject.org"):
        inner = host[: -len(".cdn.ampproject.org")]
        return inner.replace("--", "\0").replace("-", ".").replace("\0", "-")
    return host


def canonical_url(url: str) -> str:
    """Give the one URL that all forms of this page's address share.

    Idempotent. The scheme becomes ``https``. Errors: ``RejectedPage`` bad-url when it is not an http(s) URL.
    """
    host = split_host(url)
    parts = urlsplit(url.strip())
    path = parts.path
    if host.endswith(".cdn.ampproject.org"):
        host = _unwrap_cache_host(host)
        path = re.sub(r"^/[acv](?:/s)?/[^/]+(?=/|$)", "", path)
    bare = _strip_mobile(host)
    path = _clean_path(path)
    query = _clean_query(parts.query)
    port = parts.port
    if port is not None and port not in (80, 443):
        bare = f"{bare}:{port}"
    if ":" in bare and not bare.rsplit(":", 1)[1].isdigit():
        bare = f"[{bare}]"
    return f"https://{bare}{path}{'?' + query if query else ''}"


def _clean_path(path: str) -> str:
    path = quote(unquote_to_bytes(path), safe=_SAFE_PATH)
    before = None
    while before != path:
        before = path
        path = re.sub(r"/{2,}", "/", path)
        path = _AMP_TAIL.sub("", path)
        path = _AMP_INSIDE.sub("", path)
        path = _AMP_HEAD.sub("", path)
        path = _INDEX_FILE.sub("/", path)
        path = path.rstrip("/")
    return path or "/"


def _clean_query(query: str) -> str:
    if not query:
        return ""
    kept = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if not _is_tracking(key, value)]
    return urlencode(sorted(kept))


def _is_tracking(key: str, value: str) -> bool:
    name = key.lower()
    if name in _TRACKING_ONLY_WITH_WORDS:
        return not value.isdigit()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def join_url(base: str | None, link: str) -> str | None:
    """Resolve a link found on a page; ``None`` when the result is not an http(s) URL."""
    try:
        joined = urljoin(base, link.strip()) if base else link.strip()
        split_host(joined)
    except (ValueError, RejectedPage):
        return None
    return joined
