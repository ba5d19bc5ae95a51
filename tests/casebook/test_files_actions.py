"""The verbs: what they ask, and that storage and database never part."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from casebook import actions
from casebook.files.sweeping import sweep
from casebook.models import Attachment, Case, Delegation, Draft
from casebook.signals import case_changed
from network.actions.base import ConflictError
from tests.access.truth import RIGHTS
from tests.casebook.test_files_pages import stored
from tests.cast import READERS, make_file


@pytest.fixture(autouse=True)
def _media(world, settings, tmp_path):
    """An empty storage: the cast's own files stand elsewhere."""
    settings.MEDIA_ROOT = tmp_path


def attach(case, by, content=b"text", **more):
    return actions.attach(case, upload=SimpleUploadedFile("x.txt", content), section="lessons", by=by, **more)


@pytest.fixture
def told():
    heard: list[Case] = []

    def listen(case, **_more):
        heard.append(case)

    case_changed.connect(listen)
    yield heard
    case_changed.disconnect(listen)


@pytest.mark.parametrize("reader", READERS[1:])
def test_who_writes_the_case_attaches_describes_and_detaches(world, reader):
    person, case = world.people[reader], world.cases["written"]
    may = "c" in RIGHTS[reader]["written"]
    file = make_file(case, "written", live=False)
    for verb in (
        lambda: attach(case, person),
        lambda: actions.describe_file(file, description="棚", by=person),
        lambda: actions.detach(file, by=person),
    ):
        if may:
            verb()
        else:
            with pytest.raises(PermissionDenied):
                verb()
    assert Attachment.objects.filter(pk=file.pk).exists() != may
    assert (len(stored()) == 2) == may


def test_a_delegation_that_ended_ends_it(world):
    case, delegate = world.cases["written"], world.people["delegate"]
    file = attach(case, delegate)
    Delegation.objects.update(until=timezone.localdate() - timedelta(days=1))
    for verb in (lambda: attach(case, delegate, b"more"), lambda: actions.detach(file, by=delegate)):
        with pytest.raises(PermissionDenied):
            verb()


def test_a_published_file_goes_by_the_owners_editors_only(world, told):
    case = world.cases["written"]
    file = make_file(case, "written", live=True)
    with pytest.raises(PermissionDenied):
        actions.detach(file, by=world.people["delegate"])
    assert told == []
    actions.detach(file, by=world.people["editor"])
    assert told == [case], "readers have less from now on"
    with pytest.raises(ConflictError):
        actions.detach(file, by=world.people["editor"])
    with pytest.raises(ConflictError):
        actions.describe_file(file, description="棚", by=world.people["editor"])


def test_who_attaches_is_a_writer_of_the_draft(world, told):
    case = world.cases["public"]
    file = attach(case, world.people["editor"], description=" 棚 ")
    draft = Draft.objects.get(case=case)
    assert draft.writers == [world.people["editor"].pk]
    assert (file.live, file.description) == (False, "棚")
    assert told == [], "nobody outside sees anything else than before"


def test_a_new_file_belongs_to_the_text_that_is_consented_to(world):
    from casebook.writing.live import content_of, files_of

    case = world.cases["public"]
    before = content_of(case).digest(files_of(case))
    attach(case, world.people["editor"])
    assert content_of(case).digest(files_of(case)) != before


def test_an_unknown_section_is_refused(world):
    with pytest.raises(ValidationError) as refusal:
        actions.attach(
            world.cases["public"], upload=SimpleUploadedFile("x.txt", b"a"), section="x", by=world.people["editor"]
        )
    assert "section" in refusal.value.message_dict
    assert stored() == set()


# --- Storage and database -----------------------------------------------------------------------


@pytest.mark.parametrize("fault", [IntegrityError("constraint"), KeyboardInterrupt(), OSError("disk full")])
def test_when_the_row_cannot_be_written_no_file_stays(world, monkeypatch, fault):
    def fail(*_given, **_more):
        raise fault

    monkeypatch.setattr("casebook.actions.attaching.begin_revision", fail)
    rows = Attachment.objects.count()
    with pytest.raises(type(fault)):
        attach(world.cases["public"], world.people["editor"])
    assert stored() == set()
    assert Attachment.objects.count() == rows


def test_when_the_file_cannot_be_stored_no_row_stays(world, monkeypatch):
    def fail(*_given, **_more):
        raise OSError("disk full")

    monkeypatch.setattr(FileSystemStorage, "_save", fail)
    rows = Attachment.objects.count()
    with pytest.raises(OSError, match="disk full"):
        attach(world.cases["public"], world.people["editor"])
    assert Attachment.objects.count() == rows
    assert not Draft.objects.filter(case=world.cases["public"]).exists()


def test_a_removal_that_is_rolled_back_leaves_the_file(world, django_capture_on_commit_callbacks):
    file = make_file(world.cases["public"], "public", live=True)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        actions.detach(file, by=world.people["editor"])
        transaction.set_rollback(True)
    assert stored() == {file.file.name}
    assert Attachment.objects.filter(pk=file.pk).exists()


def test_a_case_that_goes_takes_its_files_along(world, django_capture_on_commit_callbacks):
    file = make_file(world.cases["draft"], "draft", live=False)
    other = make_file(world.cases["public"], "public", live=True)
    with django_capture_on_commit_callbacks(execute=True):
        world.cases["draft"].delete()
    assert file.file.name not in stored()
    assert stored() == {other.file.name}


def test_a_file_that_is_gone_already_does_not_stop_the_removal(world, django_capture_on_commit_callbacks):
    file = make_file(world.cases["public"], "public", live=True)
    default_storage.delete(file.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        actions.detach(file, by=world.people["editor"])
    assert not Attachment.objects.filter(pk=file.pk).exists()


def test_what_a_dead_process_left_is_swept_after_a_day(world, monkeypatch, capsys):
    kept = make_file(world.cases["public"], "public", live=True)
    lost = make_file(world.cases["public"], "unpublished", live=False)
    Attachment.objects.filter(pk=lost.pk)._raw_delete("default")
    assert sweep() == 0, "a young one may be about to be committed"
    later = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("casebook.files.sweeping.timezone.now", lambda: later)
    call_command("sweep_attachments")
    assert "1個のファイルを削除しました" in capsys.readouterr().out
    assert stored() == {kept.file.name}


def test_sweeping_where_nothing_was_stored_yet(db):
    assert sweep() == 0
