import os

if os.environ.get("CELERY_BROKER_URL"):
    # The application must be known before anything is sent to it.
    from config.celery import app as celery

    __all__ = ["celery"]
