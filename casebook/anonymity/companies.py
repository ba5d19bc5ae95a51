"""Names of companies in folded text, by their legal form or by what companies are called."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from casebook.anonymity.finding import Hit
from casebook.anonymity.tokens import Token
from casebook.vocabulary import FindingKind

FORMS = (
    "株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "相互会社", "特例有限会社",
    "医療法人社団", "医療法人財団", "医療法人", "社会福祉法人", "学校法人", "宗教法人", "農事組合法人",
    "一般社団法人", "公益社団法人", "一般財団法人", "公益財団法人", "特定非営利活動法人", "NPO法人",
    "税理士法人", "監査法人", "社会保険労務士法人", "弁護士法人", "国立大学法人", "公立大学法人",
    "農業協同組合", "漁業協同組合", "生活協同組合", "事業協同組合", "協同組合", "森林組合",
    "(株)", "(有)", "(同)", "(医)", "(福)", "(一社)", "(公社)", "(一財)", "(公財)", "(特非)",
)  # fmt: skip
FORM = re.compile("|".join(map(re.escape, sorted(FORMS, key=len, reverse=True))), re.IGNORECASE)
BANKS = re.compile("信用金庫|信用組合|銀行|商工会議所|商工会")
TRADES = re.compile(
    "(?:製作所|鉄工所|木工所|工務店|工業所|工業|商店(?!街)|商会|商事|物産|酒造|醸造|製菓|製麺|製茶|精機|電機|精密|運輸|運送"
    "|倉庫|建設|興業|水産|紡績|織布|薬局|医院|クリニック)(?![業員界街時先用費])"
)
ENGLISH = re.compile(
    r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9&.-]*(?: [A-Z][A-Za-z0-9&.-]*){0,3},? ?"
    r"(?:Co\.?,? ?Ltd\.?|Inc\.?|Corp\.?|Corporation|LLC|K\.K\.)(?![A-Za-z])"
)
LONGEST = 8
"""Words that a name has at most."""
INSIDE = frozenset({"&", "・", "-", "'"})
NO_NAMES = frozenset((
    "化", "設立", "形態", "制度", "等", "など", "様", "さん", "氏", "各社", "社長", "会長", "専務", "常務", "代表",
    "取締", "理事", "部長", "工場", "本社", "支店", "同士", "間", "全体", "以外", "向け", "内", "法", "法人", "組織",
    "経営", "事務", "総会", "役員", "職員", "従業", "社員",
))  # fmt: skip
"""What follows a legal form (or stands before it) without being a name, and ends one."""
QUALIFIERS = frozenset((
    "各", "同", "当", "某", "旧", "新", "元", "現", "地元", "取引", "先", "親", "子", "顧客", "県内", "市内", "地域",
    "大手", "中小", "複数", "他", "一般", "総合", "特例",
))  # fmt: skip
"""What says which company it is without naming it."""
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def companies(text: str, tokens: Sequence[Token]) -> Iterator[Hit]:
    """Names with a legal form, in Japanese or English; then, not for sure, banks and trades behind a proper noun."""
    starts = [token.start for token in tokens]
    for form in FORM.finditer(text):
        span = _with_form(text, tokens, starts, form)
        if span:
            yield Hit(FindingKind.COMPANY, *span)
    for found in ENGLISH.finditer(text):
        yield Hit(FindingKind.COMPANY, found.start(), found.end())
    for pattern in (BANKS, TRADES):
        for found in pattern.finditer(text):
            run = _run_before(tokens, bisect_left(starts, found.start()))
            if any(token.is_proper or token.unknown for token in run) and run[-1].end == found.start():
                yield Hit(FindingKind.COMPANY, run[0].start, found.end(), sure=False)


def _with_form(
    text: str, tokens: Sequence[Token], starts: Sequence[int], form: re.Match[str]
) -> tuple[int, int] | None:
    before = _run_before(tokens, bisect_left(starts, form.start()))
    if before and before[-1].end != form.start():
        before = ()
    behind = _run_behind(text, tokens, starts, form.end())
    in_brackets = form[0].startswith("(") and form[0] != "(株)"
    if in_brackets and not any(_says_who(token) for token in (*before, *behind)):
        return None  # 在庫(有)
    if before and (not behind or any(_says_who(token) for token in before)):
        return before[0].start, form.end()
    if behind:
        return form.start(), behind[-1].end
    return None


def _says_who(token: Token) -> bool:
    return token.is_proper or token.unknown


def _run_before(tokens: Sequence[Token], position: int) -> Sequence[Token]:
    """The words of a name that ends before this position."""
    first = position
    while first > 0 and position - first < LONGEST and _may_name(tokens[first - 1]):
        first -= 1
    if 0 < first < position and _begins(tokens, first - 1):
        first -= 1
    while first < position and (tokens[first].surface in QUALIFIERS or tokens[first].surface in INSIDE):
        first += 1
    return tokens[first:position]


def _begins(tokens: Sequence[Token], position: int) -> bool:
    """Whether what looks like a particle begins a name (とぴあ): no sentence does."""
    opening = position == 0 or tokens[position - 1].classes[0] in {"補助記号", "空白"}
    return opening and tokens[position].classes[0] == "助詞"


def _run_behind(text: str, tokens: Sequence[Token], starts: Sequence[int], at: int) -> Sequence[Token]:
    """The words of a name that begins here, one space or not."""
    at += text.startswith(" ", at)
    first = end = bisect_left(starts, at)
    if first < len(tokens) and tokens[first].start == at and _may_begin(tokens[first]):
        end += 1
        while end < len(tokens) and end - first < LONGEST and _may_name(tokens[end]):
            end += 1
    while end > first and tokens[end - 1].surface in INSIDE:
        end -= 1
    return tokens[first:end]


def _may_begin(token: Token) -> bool:
    """Names may be words of any kind (つなぐ, いきいき), but not what goes on with the sentence."""
    goes_on = token.classes[0] in {"助詞", "助動詞", "補助記号", "記号", "空白"}
    return not goes_on and token.surface not in NO_NAMES and not FORM.match(token.surface)


def _may_name(token: Token) -> bool:
    if token.surface in INSIDE:
        return True
    kinds = {"名詞", "接頭辞", "接尾辞", "形状詞"}
    return token.classes[0] in kinds and token.surface not in NO_NAMES and not FORM.match(token.surface)


def pseudonym(number: int) -> str:
    """What stands for the n-th company (from 0) in a text: A社, B社, … Z社, AA社."""
    letters = CAPITALS[number % 26]
    while number >= 26:
        number = number // 26 - 1
        letters = CAPITALS[number % 26] + letters
    return f"{letters}社"
