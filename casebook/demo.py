"""What the demo adds to the casebook beside the cases of its file: one on its way from draft to published, one that
waits for its second reader, and what readers leave: requests, questions, notes, marks. All of it is invented."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casebook import actions
from casebook.models import Case
from casebook.vocabulary import SectionKind
from casebook.writing.content import OWN_TEAM, Content, Figure, Planned, Took
from casebook.writing.guide import composed
from casebook.writing.texts import texts_of
from network import post
from network.models import Letter, Organization, User

BANK, VENDOR, COORDINATOR = "demo-hamana-shinkin", "demo-tenryu-systems", "demo-itc-enshu"
WRITER, REVIEWER = "bank@example.jp", "reviewer@example.jp"
PICKING = {
    "summary": {
        "summary": "手書きの出荷指示を、棚の順に並んだ画面に置き換えました。"
        "ピッキングの歩数が減り、出荷の締めを1時間早められました。",
        "readers": "パートの方が中心で、出荷の山が夕方に来る卸売業。",
    },
    "background": {
        "reason": "夕方の出荷が終わらず、残業が月40時間を超えていました。"
        "ベテランが休むと、探し物で出荷が止まりました。",
        "purpose": "だれが当番でも、17時までに出荷を終えること。",
        "limits": "棚は動かせません。端末は3台まで、予算は80万円まででした。",
    },
    "action": {
        "action": "はじめの1か月で棚に番地を付け、次の1か月で出荷指示を番地順に並べて端末に出しました。\n\n"
        "1. 棚の番地を決める\n2. 商品マスタに番地を足す\n3. 出荷指示を番地の順に並べる",
        "care": "番地の札は、パートの方といっしょに貼りました。",
    },
    "result": {
        "result": "締めの時刻が17時になり、**新しい方でも3日で一人で回れる**ようになりました。",
        "measuring": "導入前と2か月後に、1週間ずつ時刻と歩数を書き出しました。",
    },
    "lessons": {
        "failed": "商品マスタの重複を片づけないまま始めたため、最初の2週間は同じ商品が2か所に出ました。",
        "again": "番地を付ける前に、マスタの重複を消します。端末は最初から3台そろえます。",
    },
    "team": {"team": "信用金庫が進行役、ITコーディネータが業務の整理、地域のITベンダーが画面をつくりました。"},
    "identity": {"client": "架空 三方原青果卸（架空）", "person": "物流課の担当者。電話は053-000-0300（架空）。"},
    "attachment": {"files": "棚の番地の決め方と、見直しの前後の歩数です。"},
}
WAITING = {
    "summary": {"summary": "紙の点検表を写真つきの記録に変え、夜勤への申し送りを10分で終えられるようにしました。"},
    "background": {"reason": "申し送りのたびに点検表を探していました。", "purpose": "申し送りを10分で終えること。"},
    "action": {"action": "点検の項目を半分に減らし、残りを写真つきの入力にしました。"},
    "result": {"result": "申し送りが25分から10分になりました。"},
    "lessons": {
        "failed": "項目を減らす話し合いに、予定の倍の時間がかかりました。",
        "again": "現場の方と減らすところから始めます。",
    },
}
STEPS = "番地,置き場,見直し前の歩数,見直し後の歩数\n1-1,入口,120,60\n1-2,中央,180,90\n2-1,奥,260,140\n"


def fill_casebook() -> None:
    """Adds it all; needs the demo's network and the cases of its file."""
    writer, reviewer = _person(WRITER), _person(REVIEWER)
    case = _published(writer, reviewer)
    _waiting(writer)
    _left_by_readers(case)
    for letter in Letter.objects.filter(sent_at__isnull=True):
        post.withdraw(letter)  # nobody reads mail at example.jp


def _published(writer: User, reviewer: User) -> Case:
    """A case that went the whole way: written, read by a second person, consented to, published to the network."""
    took = (
        Took(_organization(BANK).pk, "進行管理（PMO）", ("pmo",)),
        Took(_organization(COORDINATOR).pk, "業務の整理", ("process_review",)),
        Took(_organization(VENDOR).pk, "画面の開発", ("system_development",)),
    )
    open_kinds = (SectionKind.SUMMARY, SectionKind.BACKGROUND, SectionKind.ACTION, SectionKind.RESULT)
    audience = {kind.value: Planned(("network",)) for kind in open_kinds}
    audience |= {kind: Planned((OWN_TEAM,)) for kind in ("lessons", "team", "attachment")}
    content = Content(
        title="棚の番地を画面に出す：青果卸のピッキングと、17時に終わる出荷",
        subtitle="3台の端末で始めた倉庫の見直し",
        basis="client",
        naming="region",
        industry="I",
        prefecture="22",
        size_band="21-50",
        year=2026,
        stage_before=1,
        stage_after=2,
        outcome="success",
        contact="取引先支援部 053-000-0101",
        keywords=("ピッキング", "出荷", "倉庫"),
        schemes=("デジタル化補助の制度（架空）",),
        phases=("analysis", "requirements", "development", "training"),
        capabilities=("inventory", "warehouse_wms", "process_review"),
        participants=took,
        measures=(
            Figure("出荷の締め", "時", 18.0, 17.0, "1週間の記録", "2026-06-30"),
            Figure("一日の歩数（一人）", "歩", 14200.0, 8900.0, "歩数計、1週間の平均", "2026-06-30"),
        ),
        sections={kind: composed(kind, answers) for kind, answers in PICKING.items()},
        audience=audience,
    )
    case = actions.begin_case(_organization(BANK), content=content, by=writer)
    file = SimpleUploadedFile("棚の番地と歩数（架空）.csv", STEPS.encode())
    actions.attach(case, upload=file, section="attachment", description="見直しの前後の歩数", by=writer)
    _consented(case, writer)
    actions.submit(case, message="はじめての方に見てもらいたい事例です。", by=writer)
    actions.publish(case, remark="数字と出典を確認しました", by=reviewer)
    return case


def _consented(case: Case, writer: User) -> None:
    """Everybody's word: the client's on paper, the vendor's by its own editor, the coordinators' by letter."""
    today = timezone.localdate()
    given = {"scope": "network", "agreed_on": today - timedelta(days=7), "until": today + timedelta(days=730)}
    client = {"naming": "region", "person": "架空 三方 太郎（代表）", "means": "written", "contact": "取引先支援部"}
    [text] = texts_of(case)
    digest = text.digest
    actions.record_consent(case, digest=digest, terms={**given, **client}, by=writer)
    for asked in actions.ask_approvals(case, digest=digest, by=writer):
        if asked.organization == _organization(VENDOR):
            actions.answer_approval(asked, agreed=True, scope="network", by=_person("editor@example.jp"))
    said = {
        "naming": "region",
        "person": "架空 遠州 次郎（代表）",
        "means": "mail",
        "contact": "遠州ITコーディネータ会",
    }
    coordinator = _organization(COORDINATOR)
    actions.record_consent(case, party=coordinator, digest=digest, terms={**given, **said}, by=writer)


def _waiting(writer: User) -> None:
    """A case whose second reader has not looked yet."""
    content = Content(
        title="点検表を写真にする：夜勤への申し送りが10分になるまで",
        basis="client",
        naming="region",
        industry="E",
        prefecture="22",
        size_band="51-100",
        year=2026,
        outcome="partial",
        contact="取引先支援部 053-000-0101",
        phases=("analysis", "operation"),
        capabilities=("field_report", "process_review"),
        sections={kind: composed(kind, answers) for kind, answers in WAITING.items()},
        audience={kind: Planned(("network",)) for kind in WAITING},
    )
    case = actions.begin_case(_organization(BANK), content=content, by=writer)
    actions.submit(case, message="失敗したところの書き方を見てください。", by=writer)


def _left_by_readers(case: Case) -> None:
    """What a supporter of the chamber and a vendor leave with the cases they read."""
    supporter, vendor = _person("supporter@example.jp"), _person("editor@example.jp")
    first = Case.objects.get(external_id="demo-case-01")
    chamber = _organization("demo-hamamatsu-cci")
    actions.request_access(case, purpose="相談を受けている卸売業に、失敗しやすい所を先に伝えたいため。", by=supporter)
    asked = actions.ask_question(first, text="FAXの注文が残る取引先には、どう案内しましたか。", by=supporter)
    answer = "半年は両方で受け、月に一度、残りの件数を一緒に見ました。"
    actions.answer_question(asked, text=answer, by=_person(WRITER))
    actions.open_question(asked, by=_person(WRITER))
    actions.ask_question(case, text="棚の番地は、商品が入れ替わるときにどう直していますか。", by=vendor)
    note = "番地を付ける日を現場の方と決めたのが効いています。うちの相談先でも同じやり方を試します。"
    actions.note_insight(by=supporter, text=note, key="network", case=case, section="action", organization=chamber)
    free = "補助金の話から入ると道具の話になりがちです。まず困りごとを一日見せてもらうようにしています。"
    actions.note_insight(by=supporter, text=free, key="network", organization=chamber)
    actions.bookmark(first, by=supporter)
    actions.find_helpful(first, by=supporter)
    actions.find_helpful(case, by=vendor)
    actions.reuse(first, organization=chamber, text="受注の見直しの勉強会（架空）の題材", by=supporter)


def _person(email: str) -> User:
    return User.objects.get(email=email)


def _organization(name: str) -> Organization:
    return Organization.objects.get(external_id=name)
