"""The matching app."""

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("案件")

    def ready(self) -> None:
        from matching import neednotices, notices, outward  # noqa: PLC0415 - models are ready only now
        from matching.merging import register_rules  # noqa: PLC0415
        from matching.receivers import on_clock_followed  # noqa: PLC0415
        from network.notices import words  # noqa: PLC0415
        from network.signals import clock_followed  # noqa: PLC0415

        register_rules()
        outward.register()
        words.register(notices.KIND, label=_("支援チーム"), tell=notices.teller)
        words.register(neednotices.KIND, label=_("案件"), tell=neednotices.teller)
        clock_followed.connect(on_clock_followed, dispatch_uid="matching.clock_followed")

        from casebook.files.sweeping import keep  # noqa: PLC0415
        from matching.eventwords import IN_ROOM  # noqa: PLC0415
        from matching.models import RoomFile  # noqa: PLC0415
        from matching.rooms import notes  # noqa: PLC0415
        from matching.rooms import notices as room_notices  # noqa: PLC0415
        from matching.rooms.receivers import on_file_deleted, on_team_left  # noqa: PLC0415
        from network.models import TeamMember  # noqa: PLC0415

        words.register(room_notices.KIND, label=_("連携ルーム"), tell=room_notices.teller)
        for what, said in IN_ROOM.items():
            notes.register(what, said)
        keep("rooms", RoomFile)
        post_delete.connect(on_file_deleted, sender=RoomFile, dispatch_uid="matching.room_file_deleted")
        post_delete.connect(on_team_left, sender=TeamMember, dispatch_uid="matching.team_left")
