"""The fetcher over TLS: HTTP/2 where the server speaks it, and certificates that do not hold."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clustering.config import FetchConfig
from clustering.errors import FetchError, TransientFetchError
from clustering.pages.fetch import Fetched, Fetcher, FetchRequest

CONFIG = FetchConfig(host_delay_seconds=0, retry_wait_seconds=0.01, allow_hosts=("localhost",), obey_robots=False)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


class Http2Server:
    """A small HTTP/2 server of its own thread: answers every request with what it was asked."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.context.set_alpn_protocols(["h2"])
        self.connections = 0
        self.asked: list[dict[str, str]] = []
        self.port = 0
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.context))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0.05))
        self.loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        import h2.config
        import h2.connection
        import h2.events

        self.connections += 1
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        try:
            while data := await reader.read(65_536):
                for event in connection.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        headers: dict[str, Any] = dict(event.headers)
                        self.asked.append(headers)
                        connection.send_headers(
                            event.stream_id, [(":status", "200"), ("content-type", "text/html; charset=utf-8")]
                        )
                        connection.send_data(
                            event.stream_id, f"{headers[':authority']}{headers[':path']}".encode(), end_stream=True
                        )
                writer.write(connection.data_to_send())
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            writer.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Http2Server, Path]]:
    certificate, key = make_certificate(tmp_path)
    running = Http2Server(certificate, key)
    running.thread.start()
    assert running.ready.wait(5)
    yield running, certificate
    running.loop.call_soon_threadsafe(running.loop.stop)
    running.thread.join(5)


def fetch(urls: list[str], trusted: ssl.SSLContext | None) -> list[Fetched | BaseException]:
    async def run() -> list[Fetched | BaseException]:
        async with Fetcher(CONFIG, 100_000, ssl_context=trusted) as fetcher:
            return list(
                await asyncio.gather(*(fetcher.fetch(FetchRequest(url)) for url in urls), return_exceptions=True)
            )

    return asyncio.run(run())


def test_http2_shares_one_connection(server: tuple[Http2Server, Path]) -> None:
    running, certificate = server
    base = f"https://localhost:{running.port}"
    trusted = ssl.create_default_context(cafile=str(certificate))
    (first,) = fetch([f"{base}/first"], trusted)
    assert isinstance(first, Fetched), first
    results = fetch([f"{base}/page/{number}?q=1" for number in range(6)], trusted)
    for number, result in enumerate(results):
        assert isinstance(result, Fetched), result
        assert result.content.decode() == f"localhost:{running.port}/page/{number}?q=1"
        assert result.charset == "utf-8"
    assert running.asked[0]["user-agent"] == CONFIG.user_agent
    # the first requests may race to open one each, within the host's limit
    assert running.connections <= 1 + CONFIG.host_connections


def test_a_bad_certificate_is_not_tried_again(server: tuple[Http2Server, Path]) -> None:
    running, _ = server
    (result,) = fetch([f"https://localhost:{running.port}/"], None)
    assert isinstance(result, FetchError)
    assert not isinstance(result, TransientFetchError)
    assert "certificate" in str(result)
    assert running.asked == []
