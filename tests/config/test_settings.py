"""Settings come from the environment alone; each case is a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json, sys
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def settings_under(tmp_path, environment: dict[str, str], *names: str):
    """The named settings as a process with exactly this environment sees them."""
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", ASK, *names], cwd=ROOT, env=env | environment, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def test_without_anything_the_embedded_default_runs(tmp_path):
    found = settings_under(tmp_path, {}, "DEBUG", "DATABASES", "CHANNEL_LAYERS", "MEILISEARCH_URL", "ALLOWED_HOSTS")
    assert found["DEBUG"] is False
    database = found["DATABASES"]["default"]
    assert database["NAME"] == str(tmp_path / "db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert found["CHANNEL_LAYERS"]["default"]["BACKEND"] == "channels.layers.InMemoryChannelLayer"
    assert found["MEILISEARCH_URL"] == ""
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost"]


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path):
    first = settings_under(tmp_path, {}, "SECRET_KEY")
    assert first == settings_under(tmp_path, {}, "SECRET_KEY")
    assert len(first["SECRET_KEY"]) > 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_given_secret_key_leaves_no_file(tmp_path):
    assert settings_under(tmp_path, {"SECRET_KEY": "given"}, "SECRET_KEY") == {"SECRET_KEY": "given"}
    assert not (tmp_path / "secret_key").exists()


def test_production_services_come_by_url(tmp_path):
    environment = {
        "DATABASE_URL": "postgres://u:p@db:5432/m",
        "REDIS_URL": "redis://redis:6379/0",
        "EMAIL_URL": "smtp+tls://u:p@mail.example:587",
        "SECURE": "true",
    }
    names = ["DATABASES", "CHANNEL_LAYERS", "CACHES", "EMAIL_HOST", "EMAIL_USE_TLS", "SESSION_COOKIE_SECURE"]
    found = settings_under(tmp_path, environment, *names, "SECURE_HSTS_SECONDS")
    database = found["DATABASES"]["default"]
    assert (database["HOST"], database["CONN_MAX_AGE"]) == ("db", 0)
    assert database["OPTIONS"]["pool"]["min_size"] == 2
    layer = found["CHANNEL_LAYERS"]["default"]["CONFIG"]
    assert layer["hosts"][0]["socket_timeout"] == 30
    assert layer["capacity"] == 2000
    assert found["CACHES"]["default"]["LOCATION"] == "redis://redis:6379/0"
    assert (found["EMAIL_HOST"], found["EMAIL_USE_TLS"]) == ("mail.example", True)
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["SECURE_HSTS_SECONDS"] > 0


def test_what_the_address_of_the_database_says_stands_beside_the_pool_and_the_bound_on_waiting(tmp_path):
    environment = {"DATABASE_URL": "postgres://u:p@db:5432/m?sslmode=require"}
    options = settings_under(tmp_path, environment, "DATABASES")["DATABASES"]["default"]["OPTIONS"]
    assert options["sslmode"] == "require"
    assert options["options"] == "-c lock_timeout=20s"
    assert options["pool"]["max_size"] == 10


def test_a_number_that_is_none_stops_the_start(tmp_path):
    with pytest.raises(subprocess.CalledProcessError):
        settings_under(tmp_path, {"DATABASE_URL": "postgres://u:p@db/m", "DATABASE_POOL": "many"}, "DATABASES")
