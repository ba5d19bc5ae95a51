"""The casebook app."""

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class CasebookConfig(AppConfig):
    name = "casebook"
    verbose_name = _("事例")

    def ready(self) -> None:
        from casebook import hints, merging, notices  # noqa: PLC0415
        from casebook.models import Attachment, Case  # noqa: PLC0415 - models are ready only now
        from casebook.receivers import on_attachment_deleted, on_case_changed, on_case_deleted  # noqa: PLC0415
        from casebook.signals import case_changed  # noqa: PLC0415
        from network.notices import words  # noqa: PLC0415
        from network.signals import merge_undone, organizations_merged  # noqa: PLC0415

        words.register(notices.KIND, label=_("事例"), tell=notices.teller)
        merging.register_rules()
        organizations_merged.connect(merging.on_organizations_merged, dispatch_uid="casebook.organizations_merged")
        merge_undone.connect(merging.on_merge_undone, dispatch_uid="casebook.merge_undone")
        case_changed.connect(on_case_changed, dispatch_uid="casebook.case_changed")
        case_changed.connect(hints.on_case_changed, dispatch_uid="casebook.hints.case")
        post_delete.connect(on_case_deleted, sender=Case, dispatch_uid="casebook.case_deleted")
        post_delete.connect(on_attachment_deleted, sender=Attachment, dispatch_uid="casebook.attachment_deleted")
