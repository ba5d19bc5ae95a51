"""What is said of a finding, and what to do about it."""

from django.utils.translation import gettext as _

from casebook.vocabulary import FindingKind


def message(kind: FindingKind, *, sure: bool) -> str:
    """Why the words were found."""
    certain = {
        FindingKind.PHONE: _("電話番号があります。"),
        FindingKind.EMAIL: _("メールアドレスがあります。"),
        FindingKind.CORPORATE_NUMBER: _("法人番号があります。だれでも会社名を調べられます。"),
        FindingKind.ADDRESS: _("所在地があります。"),
        FindingKind.URL: _("リンクがあります。開いた先に会社名が書かれていませんか。"),
        FindingKind.ORGANIZATION: _("登録された機関の名前があります。"),
        FindingKind.COMPANY: _("会社や団体の名前があります。"),
        FindingKind.PERSON: _("人の名前があります。"),
        FindingKind.PLACE: _("事例の場所として書かない地名が、本文に残っています。"),
        FindingKind.HEADCOUNT: _("正確な人数があります。小さな地域では、人数から会社が分かることがあります。"),
    }
    maybe = {
        FindingKind.ORGANIZATION: _("事例に参加した機関の名前があります。「支援体制」の外では、読む人が広がります。"),
        FindingKind.COMPANY: _("会社や団体の名前かもしれません。"),
        FindingKind.PERSON: _("人の名前かもしれません。"),
    }
    return (certain if sure else certain | maybe)[kind]


def remedy(kind: FindingKind) -> str:
    """What the writer can do."""
    return {
        FindingKind.PHONE: _("消してください。読んだ方からの連絡先は「問い合わせ先」に書けます。"),
        FindingKind.EMAIL: _("消してください。読んだ方からの連絡先は「問い合わせ先」に書けます。"),
        FindingKind.CORPORATE_NUMBER: _("消してください。"),
        FindingKind.ADDRESS: _("消すか、都道府県までにしてください。"),
        FindingKind.URL: _("お客様が分かるページなら消すか、「実名・連絡先」に移してください。"),
        FindingKind.ORGANIZATION: _("機関の種類で書くか、「支援体制」に移してください。"),
        FindingKind.COMPANY: _("「A社」のように書き換えるか、「実名・連絡先」に移してください。"),
        FindingKind.PERSON: _("役割で書き換えるか、「実名・連絡先」に移してください。"),
        FindingKind.PLACE: _("都道府県や「県内」などに書き換えてください。"),
        FindingKind.HEADCOUNT: _("人数の幅で書いてください。"),
    }[kind]
