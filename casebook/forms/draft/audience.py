"""Who shall read each section, and until when: by a TLP label, or key by key."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casebook.forms.draft.part import At
from casebook.forms.draft.partners import AddsOrganization
from casebook.labels import keys_of_label
from casebook.viewers import in_force, names_of, plan_now
from casebook.vocabulary import SectionKind, Tlp
from casebook.writing.content import OWN_TEAM, Planned
from network.access import NETWORK, PUBLIC
from network.codes import TLP_LABELS
from network.models import Lab, User

KEEP, EACH = "keep", "each"
DAY = "%Y-%m-%d"


class AudienceForm(AddsOrganization):
    """For every kind the fields `how-…` (a label, `each`, or `keep` for what is public already), `keys-…`, `until-…`.

    `add_lab`, `other` and `add_email` name one more who shall read, `add_to` where.
    """

    kinds: ClassVar[tuple[str, ...]] = tuple(SectionKind.values)
    part_template = "casebook/draft/_audience.html"
    pick_label = gettext_lazy("機関")

    opens_on = forms.DateField(
        label=gettext_lazy("公開を始める日"),
        help_text=gettext_lazy("決めると、その前の日までは自機関だけが読みます。空なら、公開したときからです。"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format=DAY),
    )
    add_lab = forms.ChoiceField(label=gettext_lazy("ラボ"), required=False)
    add_email = forms.EmailField(
        label=gettext_lazy("個人（登録のメールアドレス）"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    add_to = forms.MultipleChoiceField(
        label=gettext_lazy("どの節を開きますか"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def told(self, at: At) -> Mapping[str, Any]:
        found: dict[str, Any] = {"opens_on": at.content.opens_on}
        live = plan_now(at.case)
        for kind in self.kinds:
            planned = at.content.audience.get(kind)
            keys = planned.keys if planned else tuple(live.get(kind, ()))
            label = self._label_of(at, set(keys))
            keeps = planned is None and kind in live
            found |= {f"how-{kind}": KEEP if keeps else label or EACH, f"keys-{kind}": sorted(keys)}
            found[f"until-{kind}"] = planned.until if planned else None
        return found

    def arrange(self) -> None:
        self.live = plan_now(self.at.case)
        used = {key for planned in self.at.content.audience.values() for key in planned.keys}
        used |= {key for accepted in self.live.values() for key in accepted}
        took = {f"org:{one.organization}" for one in self.at.content.participants} - {f"org:{self.at.case.owner_id}"}
        own_labs = {f"lab:{pk}" for pk in self._labs(self.at)}
        self.names = names_of({PUBLIC, NETWORK, OWN_TEAM} | own_labs | took | used)
        for kind in self.kinds:
            self.fields |= {f"{name}-{kind}": field for name, field in self._fields(kind).items()}
        others = Lab.objects.exclude(pk__in=[int(key[4:]) for key in self.names if key.startswith("lab:")])
        labs = [("", _("選ばない")), *((str(lab.pk), lab.name) for lab in others)]
        self.fields["add_lab"].choices = labs  # type: ignore[attr-defined]
        kinds = [(kind, SectionKind(kind).label) for kind in self.kinds]
        self.fields["add_to"].choices = kinds  # type: ignore[attr-defined]
        if len(self.kinds) == 1:
            del self.fields["add_to"], self.fields["opens_on"]

    def _fields(self, kind: str) -> dict[str, forms.Field]:
        section = SectionKind(kind).label
        keep = [(KEEP, _("いまの公開範囲のまま"))] if self._keeps(kind) else []
        how = [*keep, *Tlp.choices, (EACH, _("ひとつずつ選ぶ"))]
        return {
            "how": forms.ChoiceField(label=section, choices=how, required=False, widget=forms.RadioSelect),
            "keys": forms.MultipleChoiceField(
                label=_("%(section)sを読める相手") % {"section": section},
                choices=list(self.names.items()),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
            "until": forms.DateField(
                label=_("いつまで（最終日）"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format=DAY),
            ),
        }

    def _keeps(self, kind: str) -> bool:
        return kind in self.live and len(self.kinds) > 1

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self._clean_added(values)
        today = timezone.localdate()
        for kind in self.kinds:
            until = values.get(f"until-{kind}")
            if until and until < today and str(until) != str(self.initial.get(f"until-{kind}")):
                self.add_error(f"until-{kind}", _("最終日は、今日以降の日付にしてください。"))
            named = [key for key in values.get(f"keys-{kind}", []) if key.startswith("user:")]
            if values.get(f"how-{kind}") == Tlp.RED and not named and not self._added_to(kind):
                said = _("TLP:RED は名指しした方だけが読めます。個人を選ぶか、下の「相手を加える」で加えてください。")
                self.add_error(f"how-{kind}", said)
        return values

    def _clean_added(self, values: dict[str, Any]) -> None:
        email = values.get("add_email", "")
        self.person = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
        if email and self.person is None:
            said = _("このアドレスで登録している方はいません。登録のあとで、もう一度加えてください。")
            self.add_error("add_email", said)
        if self.adding and self._added() and "add_to" in self.fields and not values.get("add_to"):
            self.add_error("add_to", _("加える相手に開く節を選んでください。"))
        for kind in values.get("add_to", []):
            if values.get(f"how-{kind}") == KEEP and any(self.live.get(kind, {}).values()):
                said = _("期限のある設定が残っています。「ひとつずつ選ぶ」で相手と最終日を選び直してください。")
                self.add_error(f"how-{kind}", said)

    def changes(self) -> dict[str, Any]:
        """All of `audience`; kinds that keep what they have are not in it, nor those that were left as they were."""
        stored = self.at.content.audience
        found = {kind: _plain(planned) for kind, planned in stored.items() if kind not in self.kinds}
        for kind in self.kinds:
            planned = self.planned(kind)
            if planned is not None:
                found[kind] = _plain(planned)
        opens_on = self.cleaned_data.get("opens_on")
        day = {"opens_on": opens_on.isoformat() if opens_on else None} if "opens_on" in self.cleaned_data else {}
        return {"audience": found} | day

    def planned(self, kind: str) -> Planned | None:
        """The plan for one section, None where it stays as it is."""
        stored = self.at.content.audience.get(kind)
        bad = {f"{name}-{kind}" for name in ("how", "keys", "until")} & set(self.errors)
        if bad:
            return stored
        how, added = self.cleaned_data[f"how-{kind}"], self._added_to(kind)
        if how == KEEP and not added:
            return None
        keys = {*self._keys(kind, how), *added}
        until = self.cleaned_data[f"until-{kind}"]
        wanted = Planned(tuple(sorted(keys)), until.isoformat() if until and keys else None)
        untouched = stored is None and kind not in self.live and not keys
        return None if untouched else wanted

    def _keys(self, kind: str, how: str) -> set[str]:
        ticked = set(self.cleaned_data[f"keys-{kind}"])
        if how == KEEP:
            return in_force(self.live.get(kind, {}))
        if how == Tlp.RED:
            return {key for key in ticked if key.startswith("user:")}
        return ticked if how == EACH else set(self._of_label(self.at, how))

    def _added(self) -> list[str]:
        """The keys of whoever shall be added."""
        if not self.adding:
            return []
        lab, organization = self.cleaned_data.get("add_lab"), self.chosen
        person: User | None = getattr(self, "person", None)
        found = [f"lab:{lab}" if lab else "", f"org:{organization.pk}" if organization else ""]
        return [key for key in [*found, f"user:{person.pk}" if person else ""] if key]

    def _added_to(self, kind: str) -> list[str]:
        wanted = self.cleaned_data.get("add_to", [kind] if len(self.kinds) == 1 else [])
        return self._added() if kind in wanted else []

    def _label_of(self, at: At, keys: set[str]) -> str:
        """The label whose keys these are; empty for none."""
        if keys and all(key.startswith("user:") for key in keys):
            return Tlp.RED
        others = (Tlp.AMBER_STRICT, Tlp.AMBER, Tlp.GREEN, Tlp.CLEAR)
        return next((label for label in others if set(self._of_label(at, label)) == keys), "")

    def _of_label(self, at: At, label: str) -> list[str]:
        took = [one.organization for one in at.content.participants]
        return keys_of_label(label, owner=at.case.owner_id, participants=took, labs=self._labs(at))

    def _labs(self, at: At) -> list[int]:
        if not hasattr(self, "_own_labs"):
            self._own_labs = list(at.case.owner.labs.values_list("pk", flat=True))
        return self._own_labs

    def words(self) -> dict[str, str]:
        """Of each section who reads it, and until when."""
        found = {str(self.fields["opens_on"].label): str(self.initial["opens_on"] or _("（なし）"))}
        for kind in self.kinds:
            keys = [str(self.names[key]) for key in self.initial[f"keys-{kind}"] if key in self.names]
            until = self.initial[f"until-{kind}"]
            named = _("、").join(keys) or _("自機関だけ")
            label = dict(Tlp.choices).get(self.initial[f"how-{kind}"], "")
            found[str(SectionKind(kind).label)] = " ".join(filter(None, [str(label), named, until or ""]))
        return found

    @property
    def rows(self) -> list[dict[str, Any]]:
        """For the page: each section with its three fields and what its labels mean."""
        meanings = {code: entry.texts["definition"] for code, entry in TLP_LABELS.items()}
        opens = {
            Tlp.RED: _("下で選んだ個人だけ"),
            Tlp.AMBER_STRICT: _("自機関だけ"),
            Tlp.AMBER: _("参加した機関と、自機関のラボ"),
            Tlp.GREEN: _("ネットワークに参加する機関"),
            Tlp.CLEAR: _("だれでも"),
        }
        return [
            {
                "kind": kind,
                "how": self[f"how-{kind}"],
                "keys": self[f"keys-{kind}"],
                "until": self[f"until-{kind}"],
                "written": bool(self.at.content.sections.get(kind)),
                "options": [
                    {
                        "option": one,
                        "opens": opens.get(one.data["value"], ""),
                        "hint": meanings.get(one.data["value"], ""),
                    }
                    for one in self[f"how-{kind}"]
                ],
            }
            for kind in self.kinds
        ]


def _plain(planned: Planned) -> dict[str, Any]:
    return {"keys": list(planned.keys), "until": planned.until}


def audience_of(kind: str) -> type[AudienceForm]:
    """The form of one section alone."""
    return type(f"AudienceForm_{kind}", (AudienceForm,), {"kinds": (kind,)})
