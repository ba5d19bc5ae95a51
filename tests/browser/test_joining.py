"""Coming in, as people do: from the mail to the first page, and with a second factor."""

import email
import re
import time
from email.policy import default as whole
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, ROOT, manage

pytestmark = pytest.mark.browser

AXE = Path(ROOT / "node_modules" / "axe-core" / "axe.min.js")
NEW_STEWARD = """
from network.models import User
User.objects.filter(email="{email}").delete()
User.objects.create_user("{email}", "{password}", name="架空 運営 次郎", is_steward=True)
"""


def newest_mail(site, to: str) -> str:
    """The text of the last mail to somebody."""
    found = []
    for file in sorted(Path(site.env["VAR_DIR"], "mail").iterdir(), key=lambda path: path.stat().st_mtime):
        for part in file.read_text().split("-" * 79):
            message = email.message_from_string(part.strip(), policy=whole)
            if message["To"] == to:
                found.append(message.get_content())
    return str(found[-1])


def no_barriers(page: Page) -> None:
    page.evaluate(AXE.read_text())
    result = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    told = [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in result["violations"]]
    assert told == [], page.url
    overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px too wide"
    assert page.locator("h1").count() == 1, page.url


def code_now(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.mark.parametrize("width", [360, 1280])
def test_from_an_invitation_to_the_own_account(visit, site, width):
    newcomer = f"newcomer{width}@example.jp"
    editor = visit("editor@example.jp", width=width).page
    editor.get_by_role("link", name="メンバー", exact=True).first.click()
    no_barriers(editor)
    editor.get_by_label("メールアドレス").fill(newcomer)
    editor.get_by_label("編集者").check()
    editor.get_by_role("button", name="招待を送る").click()
    expect(editor.get_by_text(f"{newcomer} に招待のメールを送りました")).to_be_visible()
    no_barriers(editor)

    address = re.search(r"http://\S+/join/#\S+", newest_mail(site, newcomer))[0]
    requests = []
    page = visit(width=width).page
    page.on("request", lambda request: requests.append((request.url, request.headers.get("referer", ""))))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    secret = address.split("#")[1]
    expect(page.get_by_label("招待コード")).to_have_value(secret)
    assert secret not in page.url, "taken out of the address bar"
    no_barriers(page)
    page.get_by_role("button", name="招待の内容を見る").click()
    expect(page.get_by_role("heading", name="招待の内容")).to_be_visible()
    no_barriers(page)
    page.get_by_label("氏名").fill("架空 新人")
    page.get_by_label("パスワード").fill("a-long-password-2026")
    page.get_by_role("button", name="アカウントをつくって参加する").click()
    expect(page.get_by_text("に参加しました")).to_be_visible()
    assert all(secret not in url + referer for url, referer in requests)

    page.goto(address)
    page.wait_for_load_state("networkidle")
    with page.expect_response(lambda answer: answer.url.endswith("/join/")) as answered:
        page.get_by_role("button", name="招待の内容を見る").click()
    assert answered.value.status == 409
    expect(page.get_by_text("すでに使われています")).to_be_visible()
    no_barriers(page)


def test_the_code_can_be_pasted_where_there_are_no_scripts(visit):
    person = visit(scripts=False)
    page = person.go("/join/")
    page.get_by_label("招待コード").fill("no-such-code")
    with page.expect_response(lambda answer: answer.url.endswith("/join/")) as answered:
        page.get_by_role("button", name="招待の内容を見る").click()
    assert answered.value.status == 404
    expect(page.get_by_text("この招待コードは見つかりません")).to_be_visible()
    (said,) = person.complaints
    assert "404" in said
    person.complaints.clear()  # the answer that was looked for


@pytest.mark.parametrize("width", [360, 1280])
def test_a_steward_sets_up_the_second_step_and_signs_in_with_it(visit, site, width):
    address = f"steward{width}@example.jp"
    manage(site.env, "shell", "-v0", "-c", NEW_STEWARD.format(email=address, password=PASSWORD))
    person = visit(width=width)
    page = person.go("/accounts/login/")
    no_barriers(page)
    page.get_by_label("メールアドレス").fill(address)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", name="2段階認証")).to_be_visible()
    no_barriers(page)
    page.get_by_role("link", name="認証アプリを登録する").click()
    no_barriers(page)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="確認する").click()
    expect(page.get_by_role("img", name="QRコード")).to_be_visible()
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0, "the policy lets it be drawn"
    no_barriers(page)
    secret = page.get_by_label("読み取れないときは").input_value()
    page.get_by_label("6桁のコード").fill(code_now(secret))
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", name="予備コード", exact=True)).to_be_visible()
    no_barriers(page)
    page.get_by_role("link", name="控えました").click()
    expect(page.get_by_role("heading", name="ホーム")).to_be_visible()
    for path in ("/steward/people/", "/steward/applications/", "/steward/letters/", "/accounts/sessions/", "/account/"):
        no_barriers(person.go(path))

    other = visit(width=width)
    page = other.go("/accounts/login/")
    page.get_by_label("メールアドレス").fill(address)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", name="2段階認証")).to_be_visible()
    no_barriers(page)
    page.get_by_label("6桁のコード").fill(code_now(secret, 1))  # each code is good once: the next one
    page.get_by_role("main").get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", name="ホーム")).to_be_visible()
    no_barriers(other.go("/accounts/sessions/"))


def test_a_passkey_is_registered_and_opens_the_account_alone(visit, site):
    """On localhost: no browser gives a passkey to a bare number."""
    home = site.url.replace("127.0.0.1", "localhost")
    person = visit()
    page, context = person.page, person.context
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{home}/accounts/login/")
    page.get_by_label("メールアドレス").fill("supporter@example.jp")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url(f"{home}/")
    page.goto(f"{home}/accounts/second-factor/webauthn/add/")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="確認する").click()
    expect(page.get_by_role("heading", name="パスキーを登録する")).to_be_visible()
    no_barriers(page)
    page.get_by_label("呼び名").fill("職場のノートPC")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", name="予備コード", exact=True)).to_be_visible()
    page.goto(f"{home}/accounts/second-factor/webauthn/")
    expect(page.get_by_text("職場のノートPC")).to_be_visible()
    no_barriers(page)

    context.clear_cookies()
    page.goto(f"{home}/accounts/login/")
    page.get_by_role("button", name="パスキーでサインイン").click()
    page.wait_for_url(f"{home}/")
    expect(page.get_by_text("さん").first).to_be_visible()

    context.clear_cookies()
    page.goto(f"{home}/accounts/login/")
    page.get_by_label("メールアドレス").fill("supporter@example.jp")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", name="2段階認証")).to_be_visible()
    page.get_by_role("button", name="パスキーで確認する").click()
    page.wait_for_url(f"{home}/")
    page.goto(f"{home}/accounts/second-factor/webauthn/")
    page.get_by_role("link", name="削除する").click()
    if "reauthenticate" in page.url:
        page.get_by_label("パスワード").fill(PASSWORD)
        page.get_by_role("button", name="確認する").click()
    page.get_by_role("button", name="削除する").click()
    expect(page.get_by_text("パスキーは登録されていません")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_an_organization_asks_to_be_registered_and_is(visit, site, width):
    person = visit(width=width)
    page = person.go("/apply/")
    no_barriers(page)
    page.get_by_role("button", name="申請する").click()  # the browser itself asks for what is missing
    page.get_by_label("機関の名称").fill(f"架空 天竜川商工会{width}")
    page.get_by_label("種類").select_option("chamber_of_commerce")
    page.get_by_label("都道府県").select_option("22")
    page.get_by_label("市区町村").fill("浜松市")
    page.get_by_label("法人番号").fill("1234567890123")
    page.get_by_label("ない", exact=True).check()
    page.get_by_label("申請する方の氏名").fill("架空 花子")
    page.get_by_label("申請する方のメールアドレス").fill(f"hanako{width}@example.jp")
    page.get_by_role("button", name="申請する").click()
    expect(page.get_by_text("検査数字が合いません")).to_be_visible()
    no_barriers(page)
    page.get_by_label("法人番号").fill("")
    page.get_by_role("button", name="申請する").click()
    expect(page.get_by_role("heading", name="申請を受け付けました")).to_be_visible()
    no_barriers(page)

    steward = visit("steward@example.jp", width=width)
    page = steward.go("/steward/applications/")
    no_barriers(page)
    page.get_by_role("link", name=f"架空 天竜川商工会{width}").click()
    no_barriers(page)
    page.get_by_role("button", name="承認して招待を送る").click()
    expect(page.get_by_text("招待のメールを送りました")).to_be_visible()
    assert "/join/#" in newest_mail(site, f"hanako{width}@example.jp")
