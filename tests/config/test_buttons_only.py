"""An address that is only for a button says so in words, and keeps its status."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(world) -> Client:
    client = Client()
    client.force_login(world.people["editor"])
    return client


@pytest.fixture
def button(world) -> str:
    return reverse("network:invite", args=[world.organizations["owner"].pk])


def test_looking_at_it_is_answered_with_a_page(editor, button):
    answer = editor.get(button)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "もう一度、元の画面からお試しください" in answer.content.decode()
    assert reverse("home") in answer.content.decode()


def test_machines_are_answered_as_before(editor, button):
    assert editor.head(button).content == editor.put(button).content == b""
    refused = editor.delete(reverse("api-organization-list"))
    assert refused.status_code == 405
    assert refused["Content-Type"].startswith("application/")


def test_pressing_it_works(editor, button):
    assert editor.post(button, {"email": "", "role": "member"}).status_code == 422
