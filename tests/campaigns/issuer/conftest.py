"""The backends on which tests run, and a hardware module of software where there is one."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sawtna.campaigns.issuer.openssl import OpenSSL
from sawtna.campaigns.issuer.pkcs11 import Module, Pkcs11
from sawtna.campaigns.issuer.pycryptodome import PyCryptodome
from sawtna.campaigns.issuer.raw import BackendMissing

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
PIN = "1234"


@pytest.fixture(scope="session")
def hardware(tmp_path_factory) -> Module:
    """A token of SoftHSM, which behaves as a hardware module does; skipped where Debian's softhsm2 is not installed."""
    library = next((path for path in LIBRARIES if Path(path).exists()), None)
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed (pip install 'sawtna[hsm]')")
    if library is None or not shutil.which("softhsm2-util"):
        pytest.skip("There is no SoftHSM here (on Debian: sudo apt install softhsm2).")
    home = tmp_path_factory.mktemp("softhsm")
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(
        home / "softhsm2.conf"
    )  # read when the library is loaded, once a process
    made = ["softhsm2-util", "--init-token", "--free", "--label", "sawtna", "--pin", PIN, "--so-pin", PIN]
    subprocess.run(made, check=True, capture_output=True)
    return Module(library, "sawtna", PIN)


@pytest.fixture(scope="session", params=["openssl", "pycryptodome", "pkcs11"])
def backend(request):
    """Each backend that works here."""
    makers = {
        "openssl": OpenSSL,
        "pycryptodome": PyCryptodome,
        "pkcs11": lambda: Pkcs11(request.getfixturevalue("hardware")),
    }
    try:
        return makers[request.param]()
    except BackendMissing as missing:
        pytest.skip(f"This backend is missing here: {missing}.")
