"""The product as a newcomer has it: the demo in a folder of its own, served by uvicorn, seen in Chromium."""

import http.client
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.processes import serving

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PASSWORD = "demo-for-tests-2026"
STEWARD = "steward@example.jp"
IN_WITH_A_SECOND_FACTOR = f"""
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from network.models import User
steward = User.objects.get(email="{STEWARD}")
if not Authenticator.objects.filter(user=steward).exists():
    TOTP.activate(steward, generate_totp_secret())
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(steward.pk), steward.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session.save()
print(session.session_key)
"""
"""A telephone shows a code every half minute, and each is good once: tests that come quicker take this way in. The
real one is taken in test_joining."""


@dataclass(frozen=True)
class Site:
    url: str
    env: dict[str, str]


def manage(env: dict[str, str], *words: str) -> str:
    """Run a command of the product and give what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo as it is after `make demo`, made once; nobody writes to it afterwards."""
    var = tmp_path_factory.mktemp("filled")
    for words in (["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"], ["demo"]):
        manage(environment_in(var), *words)
    return var


def environment_in(var: Path) -> dict[str, str]:
    services = {"DATABASE_URL", "REDIS_URL", "MEILISEARCH_URL", "SECRET_KEY"}
    env = {name: value for name, value in os.environ.items() if name not in services}
    env |= {"EMAIL_URL": f"filemail:///{var}/mail"}
    return env | {"VAR_DIR": str(var), "DEMO_PASSWORD": PASSWORD, "DJANGO_SETTINGS_MODULE": "config.settings"}


@pytest.fixture(scope="module")
def site(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, served to one file: what the tests of another have declared there would decide who is in a team."""
    var = tmp_path_factory.mktemp("var") / "site"
    shutil.copytree(filled, var)
    env = environment_in(var)
    with serving(uvicorn, answers, var, environment={**env, "PYTHONPATH": str(ROOT)}) as port:
        yield Site(f"http://127.0.0.1:{port}", env)


def uvicorn(port: int) -> list[str]:
    """The command of `make demo` on another port."""
    return [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port), "--lifespan", "off"]


def answers(port: int) -> None:
    """Raises OSError until the site answers."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
        connection.request("GET", "/livez")
        connection.getresponse().read()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser per file: while Playwright runs, its event loop keeps Django from the database in this thread."""
    if not Path(CHROMIUM).exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Person:
    """Somebody at a screen: signs in, goes to pages, and remembers what the browser complained about."""

    def __init__(self, site: Site, context: BrowserContext) -> None:
        self.site, self.context = site, context
        self.page: Page = context.new_page()
        self.email = ""
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, said: ConsoleMessage) -> None:
        """A refused form (422) and a conflict (409) are answers, not faults; anything else the browser calls an error
        is one."""
        if said.type == "error" and "status of 422" not in said.text and "status of 409" not in said.text:
            self.complaints.append(said.text)

    def go(self, path: str) -> Page:
        answer = self.page.goto(self.site.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        self.page.wait_for_load_state("networkidle")
        return self.page

    def sign_in(self, email: str) -> "Person":
        self.email = email
        if email == STEWARD:
            key = manage(self.site.env, "shell", "-v0", "-c", IN_WITH_A_SECOND_FACTOR).strip()
            self.context.add_cookies([{"name": "sessionid", "value": key, "url": self.site.url}])
            self.go("/")
            return self
        self.go("/accounts/login/")
        self.page.get_by_label("メールアドレス").fill(email)
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="サインイン", exact=True).click()
        self.page.wait_for_url(self.site.url + "/")
        return self


@pytest.fixture
def visit(site: Site, chromium: Browser) -> Iterator["Visit"]:
    """Opens screens for people; at the end nobody's browser may have complained."""
    opened = Visit(site, chromium)
    yield opened
    opened.close()


class Visit:
    def __init__(self, site: Site, chromium: Browser) -> None:
        self.site, self.chromium = site, chromium
        self.people: list[Person] = []

    def __call__(self, email: str | None = None, *, width: int = 1280, scripts: bool = True) -> Person:
        context = self.chromium.new_context(
            viewport={"width": width, "height": 900}, locale="ja-JP", java_script_enabled=scripts
        )
        context.set_default_timeout(15_000)
        person = Person(self.site, context)
        self.people.append(person)
        return person.sign_in(email) if email else person

    def close(self) -> None:
        complaints = [complaint for person in self.people for complaint in person.complaints]
        for person in self.people:
            person.context.close()
        assert not complaints
