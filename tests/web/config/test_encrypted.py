"""No connection leaves the machine in the clear, or to whoever answers."""

from __future__ import annotations

import pytest

from almenara.common.errors import RefusedError
from almenara.config.encrypted import DATABASES, SYSLOG, check_encrypted

SECRET = "horse-battery"
AT = f"postgresql://site:{SECRET}@"


@pytest.mark.parametrize("variable", DATABASES)
@pytest.mark.parametrize(
    "address",
    [
        f"{AT}db.example.org/almenara", f"{AT}db.example.org/almenara?sslmode=require",
        f"{AT}db.example.org/almenara?sslmode=verify-ca", f"{AT}192.0.2.7/almenara?sslmode=prefer",
        f"{AT}localhost,db.example.org/almenara", f"{AT}localhost/almenara?hostaddr=192.0.2.7",
        f"postgresql://site:{SECRET}@/almenara?host=db.example.org", f"host=db.example.org password={SECRET}",
        f"{AT}localhost.example.org/almenara", f"{AT}/x?nonsense={SECRET}",
    ],
)  # fmt: skip
def test_a_database_elsewhere_is_reached_by_verified_tls_alone(variable: str, address: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_encrypted({variable: address})
    assert variable in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        f"{AT}db.example.org/almenara?sslmode=verify-full", f"{AT}localhost/almenara", f"{AT}127.0.0.1:5432/almenara",
        f"{AT}[::1]/almenara", f"{AT}/almenara?host=/run/postgresql", f"{AT}a,b/almenara?sslmode=verify-full", "",
    ],
)  # fmt: skip
def test_one_of_this_machine_or_a_verified_one_is_taken(address: str) -> None:
    check_encrypted(dict.fromkeys(DATABASES, address))


def test_heads_go_elsewhere_by_tls_alone() -> None:
    for address in ("tcp://log.example.org:601", "udp://192.0.2.9:514", "tcp://"):
        with pytest.raises(RefusedError, match="tls://"):
            check_encrypted({SYSLOG: address})
    for address in ("tls://log.example.org:6514", "tcp://127.0.0.1:601", "udp://[::1]:514", ""):
        check_encrypted({SYSLOG: address})
