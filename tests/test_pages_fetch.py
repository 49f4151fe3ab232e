"""The fetcher against a real server: polite, patient, and not to be led astray."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from loopback_server import Handler, Server, bomb, serving

from clustering.config import FetchConfig
from clustering.errors import FetchError, RefusedFetchError, TransientFetchError
from clustering.pages.addresses import is_public_address, resolve_public
from clustering.pages.fetch import Fetched, Fetcher, FetchRequest

FAST = FetchConfig(
    host_delay_seconds=0,
    retry_wait_seconds=0.01,
    timeout_seconds=2,
    total_timeout_seconds=4,
    allow_hosts=("127.0.0.1",),
)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def fetch(
    *urls: str | FetchRequest, config: FetchConfig = FAST, max_bytes: int = 1_000_000, **changes: Any
) -> list[Fetched | BaseException]:
    """Fetch with one fetcher, all at once; give results and errors in order."""

    async def run() -> list[Fetched | BaseException]:
        async with Fetcher(config.model_copy(update=changes), max_bytes) as fetcher:
            requests = [url if isinstance(url, FetchRequest) else FetchRequest(url) for url in urls]
            return list(await asyncio.gather(*(fetcher.fetch(request) for request in requests), return_exceptions=True))

    return asyncio.run(run())


def one(url: str | FetchRequest, **options: Any) -> Fetched:
    (result,) = fetch(url, **options)
    if isinstance(result, BaseException):
        raise result
    return result


def test_a_page_comes_with_its_headers(server: Server) -> None:
    url = server.page("/a", "Мост", ETag='"1"')
    fetched = one(url)
    assert (fetched.url, fetched.status, fetched.content.decode()) == (url, 200, "Мост")
    assert (fetched.media_type, fetched.charset, fetched.headers["etag"]) == ("text/html", "utf-8", '"1"')
    assert fetched.moved_to is None


def test_we_say_who_we_are_and_ask_conditionally(server: Server) -> None:
    heard: dict[str, str | None] = {}

    def answer(handler: Handler) -> None:
        heard.update(
            {
                name: handler.headers.get(name)
                for name in ("User-Agent", "If-None-Match", "If-Modified-Since", "Accept-Encoding", "Host")
            }
        )
        handler.give(b"", status=304)

    server.routes["/a"] = answer
    fetched = one(
        FetchRequest(server.url + "/a", etag='"1"', last_modified="Sat, 15 Feb 2025 10:00:00 GMT"),
        user_agent="valleybot/1.0 (desk@valley.example)",
    )
    assert fetched.is_not_modified
    assert heard == {
        "User-Agent": "valleybot/1.0 (desk@valley.example)", "If-None-Match": '"1"', "If-Modified-Since": "Sat, 15 Feb 2025 10:00:00 GMT",
        "Accept-Encoding": "gzip, deflate", "Host": server.url.removeprefix("http://"),
    }  # fmt: skip


def test_redirects_are_followed_and_counted(server: Server) -> None:
    end = server.page("/end", "here")
    server.routes["/for-good"] = lambda h: h.give(b"", status=301, Location="/middle")
    server.routes["/middle"] = lambda h: h.give(b"", status=308, Location=end)
    server.routes["/for-now"] = lambda h: h.give(b"", status=302, Location="/end")
    server.routes["/round"] = lambda h: h.give(b"", status=302, Location="/round")
    assert one(server.url + "/for-good").moved_to == end
    assert len(one(server.url + "/for-good").hops) == 2
    for_now = one(server.url + "/for-now")
    assert (for_now.url, for_now.moved_to) == (end, None)
    with pytest.raises(RefusedFetchError, match="more than 3 redirects"):
        one(server.url + "/round", max_redirects=3)
    assert server.asked["/round"] == 4


def test_private_addresses_are_never_asked(server: Server) -> None:
    server.page("/secret", "inside")
    with pytest.raises(RefusedFetchError, match="not a public address"):
        one(server.url + "/secret", allow_hosts=())
    port = server.server_port
    for host in ("localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"):
        server.routes["/out"] = lambda h, host=host: h.give(b"", status=302, Location=f"http://{host}:{port}/secret")
        (result,) = fetch(server.url + "/out")
        assert isinstance(result, RefusedFetchError | TransientFetchError), host
        assert not isinstance(result, TransientFetchError) or "no address" in str(result) or "Connect" in str(result), (
            host
        )
    assert server.asked["/secret"] == 0


def test_other_schemes_are_refused(server: Server) -> None:
    for target in ("file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "javascript:alert(1)"):
        server.routes["/out"] = lambda h, target=target: h.give(b"", status=302, Location=target)
        with pytest.raises(RefusedFetchError):
            one(server.url + "/out")


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("127.0.0.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False),
        ("fe80::1", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:a00:1::", False),
        ("64:ff9b::808:808", True), ("nonsense", False), ("192.0.2.1", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, is_public: bool) -> None:
    assert is_public_address(address) is is_public


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> list[str]:
        loop = asyncio.get_running_loop()

        async def fake(*_: Any, **__: Any) -> list[Any]:
            return [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]

        monkeypatch.setattr(loop, "getaddrinfo", fake)
        return await resolve_public("rebinding.example", 80)

    with pytest.raises(RefusedFetchError, match=r"10\.0\.0\.1"):
        asyncio.run(run())


def test_gzip_is_inflated_and_bombs_are_not(server: Server) -> None:
    import gzip
    import zlib

    server.page("/gzip", gzip.compress(b"x" * 5_000), Content_Encoding="gzip")
    server.page("/deflate", zlib.compress(b"y" * 5_000), Content_Encoding="deflate")
    server.page("/raw-deflate", zlib.compress(b"z" * 5_000)[2:-4], Content_Encoding="deflate")
    server.page("/bomb", bomb(200), Content_Encoding="gzip")
    server.page("/damaged", gzip.compress(b"x" * 5_000)[:20] + b"\xff" * 40, Content_Encoding="gzip")
    server.page("/brotli", b"\x0b\x02\x80abc\x03", Content_Encoding="br")
    for path, byte in (("/gzip", b"x"), ("/deflate", b"y"), ("/raw-deflate", b"z")):
        assert one(server.url + path).content == byte * 5_000
    tracemalloc.start()
    with pytest.raises(RefusedFetchError, match="larger than 1000000 bytes"):
        one(server.url + "/bomb")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000
    with pytest.raises(TransientFetchError, match="damaged gzip"):
        one(server.url + "/damaged")
    with pytest.raises(FetchError, match="not asked for"):
        one(server.url + "/brotli")


def test_plain_bodies_are_limited_too(server: Server) -> None:
    server.page("/large", b"x" * 50_000)
    with pytest.raises(RefusedFetchError, match="larger than"):
        one(server.url + "/large", max_bytes=10_000)


def test_transient_faults_are_tried_again_and_others_never(server: Server) -> None:
    def flaky(handler: Handler) -> None:
        handler.give(b"ok" if server.asked["/flaky"] >= 3 else b"", status=200 if server.asked["/flaky"] >= 3 else 503)

    server.routes["/flaky"] = flaky
    assert one(server.url + "/flaky").content == b"ok"
    assert server.asked["/flaky"] == 3
    for path, status, kind, times in (
        ("/gone", 410, FetchError, 1),
        ("/denied", 403, FetchError, 1),
        ("/none", 404, FetchError, 1),
        ("/down", 502, TransientFetchError, 3),
    ):
        server.page(path, b"", status=status)
        with pytest.raises(kind, match=str(status)):
            one(server.url + path)
        assert server.asked[path] == times


def test_connections_that_break_are_transient(server: Server) -> None:
    def tear(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.close_connection = True

    server.routes["/torn"] = tear
    with pytest.raises(TransientFetchError):
        one(server.url + "/torn", attempts=2)
    assert server.asked["/torn"] == 2
    with pytest.raises(TransientFetchError):
        one("http://127.0.0.1:9/closed", attempts=1)


def test_retry_after_is_waited_for_or_left_to_the_next_run(server: Server) -> None:
    def busy(handler: Handler) -> None:
        first = server.asked["/busy"] == 1
        handler.give(b"" if first else b"ok", status=429 if first else 200, **({"Retry_After": "1"} if first else {}))

    server.routes["/busy"] = busy
    began = time.monotonic()
    assert one(server.url + "/busy").content == b"ok"
    assert time.monotonic() - began >= 0.95
    later = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    server.page("/later", b"", status=503, Retry_After=later)
    with pytest.raises(TransientFetchError) as caught:
        one(server.url + "/later")
    assert server.asked["/later"] == 1
    assert caught.value.retry_after_seconds == pytest.approx(7_200, abs=30)


def test_slow_and_dripping_servers_end(server: Server) -> None:
    def slow(handler: Handler) -> None:
        time.sleep(1.0)
        handler.give(b"late")

    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b".")
            handler.wfile.flush()
            time.sleep(0.05)

    server.routes["/slow"], server.routes["/drip"] = slow, drip
    began = time.monotonic()
    results = fetch(
        server.url + "/slow", server.url + "/drip", timeout_seconds=0.3, total_timeout_seconds=0.6, attempts=1
    )
    assert all(isinstance(result, TransientFetchError) for result in results)
    assert time.monotonic() - began < 3


def test_each_host_gets_its_pause_and_its_few_connections(server: Server) -> None:
    def answer(handler: Handler) -> None:
        time.sleep(0.05)
        handler.give(b"ok")

    for number in range(6):
        server.routes[f"/{number}"] = answer
    urls = [f"{server.url}/{number}" for number in range(6)]
    fetch(*urls, host_delay_seconds=0.1, obey_robots=False)
    stamps = sorted(when for path, when in server.times if path != "/robots.txt")
    assert stamps[-1] - stamps[0] >= 0.4
    server.most_at_once = 0
    fetch(*urls, host_connections=2, obey_robots=False)
    assert server.most_at_once <= 2


def test_robots_are_obeyed_once_per_site(server: Server) -> None:
    server.page(
        "/robots.txt",
        "User-agent: valleybot\nDisallow: /private\n\nUser-agent: *\nDisallow: /\nCrawl-delay: 0.1\n",
        kind="text/plain",
    )
    server.page("/private/a", "no")
    server.page("/open/a", "yes")
    urls = [server.url + path for path in ("/private/a", "/open/a", "/open/a")]
    private, opened, again = fetch(*urls, user_agent="valleybot/1.0")
    assert isinstance(private, RefusedFetchError)
    assert isinstance(opened, Fetched)
    assert isinstance(again, Fetched)
    assert server.asked["/robots.txt"] == 1
    assert server.asked["/private/a"] == 0
    (other,) = fetch(server.url + "/open/a", user_agent="otherbot/1.0")
    assert isinstance(other, RefusedFetchError)
    (exempt,) = fetch(FetchRequest(server.url + "/open/a", is_robots_exempt=True), user_agent="otherbot/1.0")
    assert isinstance(exempt, Fetched)


def test_a_site_that_cannot_tell_its_rules_is_left_for_now(server: Server) -> None:
    server.page("/robots.txt", "", status=500)
    server.page("/a", "yes")
    with pytest.raises(TransientFetchError, match="rules are unknown"):
        one(server.url + "/a", attempts=2)
    assert server.asked["/a"] == 0
    server.page("/robots.txt", "", status=403)
    assert one(server.url + "/a").content == b"yes"


@pytest.mark.parametrize(
    "url", ["", "nonsense", "ftp://valley.example/", "http://", "http://127.0.0.1:99999/", "http://exa mple/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(RefusedFetchError):
        one(url)


def test_connections_are_used_again(server: Server) -> None:
    peers: set[Any] = set()

    def answer(handler: Handler) -> None:
        peers.add(handler.client_address)
        handler.give(b"ok")

    server.routes["/a"] = answer

    async def run() -> None:
        async with Fetcher(FAST.model_copy(update={"obey_robots": False}), 1_000) as fetcher:
            for _ in range(5):
                await fetcher.fetch(FetchRequest(server.url + "/a"))

    asyncio.run(run())
    assert len(peers) == 1
