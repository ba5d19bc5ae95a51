"""Celery, for a site that has more background work than one `manage.py worker` does; needs the extra `celery`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("musubime")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["search"])
