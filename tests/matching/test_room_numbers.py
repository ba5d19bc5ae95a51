"""Numbers under many writers: without a gap, each once, in the order in which they were given."""

import pytest

from matching.models import Event, Room
from matching.rooms import actions
from matching.vocabulary import EventKind
from tests.matching.room_cast import build_scene
from tests.threads import at_once, needs_several_connections, refused


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_leave_no_gap_and_no_number_twice():
    needs_several_connections()
    scene = build_scene()

    def write(who: str, name: str):
        def deed():
            for n in range(6):
                said = scene.say(who, f"{name} {n}", key=f"{name}-{n}")
                scene.say(who, f"{name} {n}", key=f"{name}-{n}")  # a second submission
                if n % 2:
                    actions.edit(said, text=f"{name} {n} 直し", version=0, by=scene.people[who])
                actions.mark_read(scene.room, said.seq, by=scene.people[who])

        return deed

    outcomes = at_once(*(write(("member", "mate", "facilitator")[n % 3], f"w{n}") for n in range(8)))
    assert refused(outcomes) == []
    events = Event.objects.filter(room=scene.room).order_by("seq")
    assert list(events.values_list("seq", flat=True)) == list(range(1, 1 + 8 * 6 + 8 * 3 + 1))
    assert Room.objects.get().last_seq == events.count()
    for n in range(8):
        own = events.filter(kind=EventKind.MESSAGE, key__startswith=f"w{n}-")
        assert list(own.values_list("key", flat=True)) == [f"w{n}-{position}" for position in range(6)]


@pytest.mark.django_db(transaction=True)
def test_one_message_sent_eight_times_at_once_is_there_once_and_everybody_gets_it():
    needs_several_connections()
    scene = build_scene()
    outcomes = at_once(*[lambda: scene.say("member", "同じ文", key="same").pk] * 8)
    assert refused(outcomes) == []
    assert len(set(outcomes)) == 1
    assert Event.objects.filter(kind=EventKind.MESSAGE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_edit_and_a_deletion_at_once_leave_nothing_of_the_text():
    needs_several_connections()
    scene = build_scene()
    for round_ in range(4):
        message, author = scene.say("member", f"消える文 {round_}"), scene.people["member"]
        at_once(
            lambda: actions.edit(message, text="消える直し", version=0, by=author),  # noqa: B023
            lambda: actions.delete(message, by=author),  # noqa: B023
        )
    assert not Event.objects.filter(folded__contains="消える").exists()
    assert not Event.objects.filter(text__contains="消える").exists()
