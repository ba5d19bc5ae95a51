"""Settings every test shares: no throttling, quick passwords, servers on demand."""

import pytest

pytest_plugins = ["tests.server_fixtures", "tests.cast"]


@pytest.fixture(autouse=True)
def _quick_and_unthrottled(settings):
    settings.STATIC_ROOT = settings.BASE_DIR / "config" / "static"  # WhiteNoise warns where nothing was collected yet
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
