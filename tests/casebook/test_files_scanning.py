"""The virus scanner, spoken to as it is spoken to: asked, away, silent, and talking nonsense."""

import pytest

from casebook.files import scanning
from casebook.files.scanning import InfectedError, ScannerAwayError, scan
from tests.casebook.fake_clamd import EICAR, nobody, scanner


@pytest.fixture
def clamd(settings):
    with scanner() as running:
        settings.CLAMAV_ADDRESS = running.address
        yield running


def test_without_a_scanner_nothing_is_asked(settings):
    assert settings.CLAMAV_ADDRESS == ""
    scan(EICAR)


@pytest.mark.parametrize("content", [b"", b"a", b"\0" * scanning.PIECE, b"x" * (3 * scanning.PIECE + 1)], ids=len)
def test_a_clean_file_reaches_the_scanner_whole(clamd, content):
    scan(content)
    assert clamd.seen == [content]


def test_an_infected_file_is_found_wherever_it_hides_it(clamd):
    for content in (EICAR, b"x" * (scanning.PIECE - 20) + EICAR + b"y" * 100_000):
        with pytest.raises(InfectedError):
            scan(content)
    scan(b"clean")


@pytest.mark.parametrize("form", ["{path}", "unix:{path}", "unix://{path}"])
def test_a_scanner_on_a_socket(settings, tmp_path, form):
    path = tmp_path / "clamd.sock"
    with scanner(path):
        settings.CLAMAV_ADDRESS = form.format(path=path)
        scan(b"clean")
        with pytest.raises(InfectedError):
            scan(EICAR)
    path.unlink()
    with pytest.raises(ScannerAwayError):
        scan(b"clean")


def test_tcp_may_be_said(clamd, settings):
    settings.CLAMAV_ADDRESS = f"tcp://{clamd.address}"
    scan(b"clean")
    assert clamd.seen == [b"clean"]


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:", "127.0.0.1:port", "127.0.0.1:99999999"])
def test_an_address_that_is_none_lets_nothing_pass(settings, address):
    settings.CLAMAV_ADDRESS = address
    with pytest.raises(ScannerAwayError):
        scan(b"clean")


def test_nobody_there(settings):
    settings.CLAMAV_ADDRESS = nobody()
    with pytest.raises(ScannerAwayError):
        scan(b"clean")


def test_a_scanner_that_says_nothing_is_not_waited_for_for_ever(clamd, monkeypatch):
    monkeypatch.setattr(scanning, "SECONDS", 0.2)
    clamd.silent = True
    with pytest.raises(ScannerAwayError):
        scan(b"clean")


@pytest.mark.parametrize(
    "answer",
    [b"stream: Can't allocate memory ERROR\0", b"UNKNOWN COMMAND\0", b"\0", b"OK\0", b"stream: OK FOUND IT\0",
     b"HTTP/1.1 200 OK\r\n\r\n", b"\xff\xfe\0", b"x" * 10_000],
)  # fmt: skip
def test_any_other_answer_lets_nothing_pass(clamd, answer):
    clamd.answer = answer
    with pytest.raises(ScannerAwayError):
        scan(b"clean")


def test_a_file_beyond_the_scanners_limit_lets_nothing_pass(clamd):
    clamd.limit = 1000
    with pytest.raises(ScannerAwayError):
        scan(b"x" * (4 * scanning.PIECE))
