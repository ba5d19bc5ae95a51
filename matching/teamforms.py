"""Forms of a team: what is shown to the invited, who is asked until when, and how they answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casebook.vocabulary import Outcome
from matching.models import Engagement, EngagementPhase, TeamPlan
from matching.vocabulary import CheckItem, DeclineReason, Letter, Shown
from network.codes import PHASES, STAGES
from network.models import Organization
from network.text import clean_line, clean_text

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _text(label: Any, *, rows: int = 3, most: int = 1000, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, max_length=most, required=required, validators=[clean_text], widget=widget, **more
    )


class TeamForm(forms.ModelForm[TeamPlan]):
    """What invited organizations see before they accept."""

    shows = forms.ChoiceField(label=_("ほかの席の見せ方"), choices=Shown.choices, widget=forms.RadioSelect)

    class Meta:
        model = TeamPlan
        fields = ("title", "brief", "shows")
        widgets = {"brief": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "title": _("企業の名前や、企業がわかることばは書かないでください。"),
            "brief": _("企業が何に困っているかを、だれの話かわからないように書いてください。"),
        }


class InviteForm(forms.Form):
    """Whom to ask, until the end of which day."""

    organization = forms.ModelChoiceField(queryset=Organization.objects.none(), required=False)
    deadline = forms.DateField(label=_("返事の期限"), required=False, widget=DAY)
    message = _text(_("ひとこと"), rows=2, required=False)

    def __init__(self, *args: Any, organizations: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organizations is not None:
            self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("辞退の理由"),
        choices=DeclineReason.choices,
        error_messages={"required": _("辞退の理由を選んでください。")},
    )
    note = forms.CharField(
        label=_("補足"), max_length=400, required=False, validators=[clean_text], widget=forms.TextInput()
    )


class QuestionForm(forms.Form):
    question = _text(_("質問"), help_text=_("返事があるまで、期限は過ぎません。"))


class ChangeForm(forms.Form):
    change = _text(_("変えてほしいこと"), help_text=_("例: 運用は除いて、要件定義までにしたい。"))


class AnswerForm(forms.Form):
    answer = _text(_("回答"), required=False)
    agreed = forms.BooleanField(required=False)


class TiesForm(forms.Form):
    ties_note = _text(_("いつ、どのように伝え、了承を得たか"), rows=2, most=400)


class ReasonForm(forms.Form):
    reason = _text(_("解散の理由"), rows=2, most=400)


class TickForm(forms.Form):
    item = forms.ChoiceField(choices=CheckItem.choices)
    on = forms.BooleanField(required=False)


class OfTeamForm(forms.Form):
    """A form that names an organization of the team."""

    organization = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        label=_("だれが"),
        error_messages={"invalid_choice": _("チームの機関から選んでください。")},
    )

    def __init__(self, *args: Any, engagement: Engagement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = engagement.team.organizations.order_by("pk")
        self.fields["organization"].queryset = members  # type: ignore[attr-defined]
        self.engagement = engagement


class PhaseForm(OfTeamForm):
    phase = forms.ChoiceField(label=_("局面"))
    starts = forms.DateField(label=_("開始"), required=False, widget=DAY)
    ends = forms.DateField(label=_("終了"), required=False, widget=DAY)
    done_on = forms.DateField(label=_("終えた日"), required=False, widget=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].label = _("責任をもつ機関（A）")
        self.fields["phase"].choices = PHASES.choices()  # type: ignore[attr-defined]


class PartForm(OfTeamForm):
    letter = forms.ChoiceField(choices=[("", _("なし")), *Letter.choices], required=False)


class TaskForm(OfTeamForm):
    what = forms.CharField(label=_("すること"), max_length=200, validators=[clean_line])
    until = forms.DateField(label=_("いつまでに"), required=False, widget=DAY)
    phase = forms.ModelChoiceField(queryset=EngagementPhase.objects.none(), label=_("局面"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phase"].queryset = self.engagement.phases.all()  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    text = _text(_("決めたこと"), rows=2)
    on = forms.DateField(label=_("決めた日"), required=False, widget=DAY)


class IndicatorForm(forms.Form):
    name = forms.CharField(label=_("指標"), max_length=80, validators=[clean_line])
    unit = forms.CharField(label=_("単位"), max_length=20, required=False, validators=[clean_line])
    before = forms.FloatField(label=_("支援前"), required=False)
    after = forms.FloatField(label=_("支援後"), required=False)
    how = forms.CharField(label=_("測り方"), max_length=200, required=False, validators=[clean_line])


class CheckInForm(forms.Form):
    note = _text(_("様子"), most=2000)


class HandOverForm(forms.Form):
    handover_note = _text(_("引き継いだこと"), most=2000)


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(label=_("結果"), choices=Outcome.choices, widget=forms.RadioSelect)
    stage_after = forms.TypedChoiceField(label=_("終わりの段階"), coerce=int, empty_value=None, required=False)
    worked = _text(_("うまくいったこと"), most=4000, required=False)
    failed = _text(
        _("うまくいかなかったこと"),
        most=4000,
        required=False,
        help_text=_("次の支援にいちばん役に立つところです。事例では折りたたまれません。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage_after"].choices = [("", _("わからない")), *STAGES.choices()]  # type: ignore[attr-defined]
