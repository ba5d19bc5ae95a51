"""A browser as people call it."""

import pytest

from network.templatetags.devices import device

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (WINDOWS, "WindowsのChrome"),
        (f"{WINDOWS} Edg/140.0", "WindowsのEdge"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "MacのSafari"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "iPhoneのSafari"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "AndroidのChrome"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "LinuxのFirefox"),
        ("curl/8.0", "curl/8.0"),
        ("x" * 500, "x" * 40),
        ("", "不明なブラウザ"),
    ],
)
def test_a_browser_is_named(agent, name):
    assert device(agent) == name
