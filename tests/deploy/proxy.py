"""nginx with the site file of the how-to before a server: on ports of its own, with a certificate made for the test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from serving import Server, free_port

SITE = Path(__file__).parents[2] / "docs" / "how-to" / "deploy" / "nginx.conf"
AROUND = """
{user} pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/site.conf;
}}
"""


class Proxy:
    """`open` is the port without encryption, `port` that with."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.open, self.port = folder, free_port(), free_port()
        folder.mkdir()
        self.certificate = certificate(folder)
        here = {
            "127.0.0.1:8000": f"127.0.0.1:{server.port}",
            "listen 80;": f"listen 127.0.0.1:{self.open};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "server_name clinic.example": "server_name localhost",
            "/etc/ssl/wheal": f"{folder}",
            "/var/log/nginx/wheal.log": f"{folder}/access.log",
        }
        site = SITE.read_text()
        for there, instead in here.items():
            assert there in site
            site = site.replace(there, instead)
        (folder / "site.conf").write_text(site)
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "nginx is not installed: make nginx"
        self.process = subprocess.Popen(
            [program, "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off;"]
        )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError((self.folder / "error.log").read_text())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def certificate(folder: Path, *names: str) -> Path:
    """Of these names, or of localhost, signed by itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    called = names or ("localhost",)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called[0])])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in called]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    kept = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "key.pem").write_bytes(kept)
    return folder / "certificate.pem"
