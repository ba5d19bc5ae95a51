"""compose.yaml and Dockerfile against each other and against the settings: what can be seen without Docker."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
OURS = {"web", "worker", "celery", "migrate"}
PINNED = re.compile(r".+:v?\d+\.\d+\.\d+([-.].+)?$|postgres:\d+\.\d+(-.+)?$")


def read_by_settings() -> set[str]:
    return set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z0-9_]+)"', (ROOT / "config/settings.py").read_text()))


def read_by_uvicorn_and_its_command() -> set[str]:
    return {"FORWARDED_ALLOW_IPS", "UVICORN_PROXY_HEADERS", *re.findall(r"\$\{(\w+)[:}]", DOCKERFILE)}


def interpolated(value: object) -> set[str]:
    """The variables of .env from which a value is made."""
    return set(re.findall(r"\$\{(\w+)", str(value)))


def test_our_services_are_built_and_the_others_are_there():
    assert {name for name, service in SERVICES.items() if "build" in service} == OURS
    assert set(SERVICES) == OURS | {"postgres", "redis", "meilisearch"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - OURS))
def test_images_are_pinned_to_the_last_digit(name):
    assert PINNED.match(SERVICES[name]["image"])


def test_images_of_the_dockerfile_are_pinned_or_its_own_stages():
    stages = re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE)
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == len(stages) + 1
    assert all(base in stages or PINNED.match(base) for base in bases)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_says_whether_it_is_well_or_ends(name):
    service = SERVICES[name]
    if name == "migrate":
        assert service["restart"] == "no"
        assert service["healthcheck"] == {"disable": True}  # it would otherwise have that of the image
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"


def test_nobody_starts_before_what_they_wait_for_can_say_that_it_is_ready():
    conditions = {
        (name, other, wait["condition"])
        for name, service in SERVICES.items()
        for other, wait in service.get("depends_on", {}).items()
    }
    assert conditions
    for _, other, condition in conditions:
        one_shot = other == "migrate"
        assert condition == ("service_completed_successfully" if one_shot else "service_healthy")
    assert {name for name, other, _ in conditions if other == "migrate"} == {"web", "worker", "celery"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_services_are_told_only_what_the_settings_read(name):
    assert set(SERVICES[name]["environment"]) <= read_by_settings() | read_by_uvicorn_and_its_command()


def test_whoever_writes_mail_knows_the_sites_address_and_its_deadlines():
    told = [SERVICES[name]["environment"] for name in ("web", "worker")]
    for name in ("SITE_URL", "RECONFIRM_AFTER_DAYS", "INVITATION_DAYS", "EMAIL_URL", "DEFAULT_FROM_EMAIL"):
        assert name in read_by_settings()
        assert told[0][name] == told[1][name]


def test_what_is_uploaded_to_the_web_is_there_for_the_worker():
    web, worker = ({v.partition(":")[2] for v in SERVICES[name]["volumes"]} for name in ("web", "worker"))
    assert web == worker == {"/app/var/media"}
    assert SERVICES["web"]["volumes"] == SERVICES["worker"]["volumes"] == SERVICES["celery"]["volumes"]
    assert "chown musubime /app/var /app/var/media" in DOCKERFILE


def test_celery_is_asked_for_and_does_what_the_worker_does():
    worker, celery = SERVICES["worker"], SERVICES["celery"]
    assert celery["profiles"] == ["celery"]
    assert "profiles" not in worker
    assert worker["environment"].items() <= celery["environment"].items()
    assert celery["environment"]["CELERY_BROKER_URL"].startswith("redis://redis:")
    # What the image is read-only for: where beat keeps its plan.
    assert celery["tmpfs"] == ["/tmp"]  # noqa: S108
    assert "--beat" in celery["command"]
    lock = celery["build"]["args"]["LOCK"]
    assert "celery==" in (ROOT / lock).read_text()
    assert lock in DOCKERFILE.split("pip install --require-hashes")[0]


def test_the_variables_named_in_settings_are_found_at_all():
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "MEILISEARCH_SEARCH_KEY", "SECURE"} <= read_by_settings()


def test_meilisearch_master_key_goes_to_meilisearch_only():
    holders = {name for name, service in SERVICES.items() if "MEILI_MASTER_KEY" in interpolated(service)}
    assert holders == {"meilisearch"}
    assert "MEILISEARCH_ADMIN_KEY" not in SERVICES["web"]["environment"]
    assert "MEILISEARCH_SEARCH_KEY" in SERVICES["web"]["environment"]


def test_secrets_have_no_default():
    text = (ROOT / "compose.yaml").read_text()
    for name in ["SECRET_KEY", "POSTGRES_PASSWORD", "MEILI_MASTER_KEY", "ALLOWED_HOSTS"]:
        uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", text)
        assert uses
        assert all(use.startswith(":?") for use in uses)


def test_only_the_web_is_reachable_and_only_from_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in published["web"])


def test_health_check_is_let_in_by_the_allowed_hosts():
    assert SERVICES["web"]["environment"]["ALLOWED_HOSTS"].endswith(",127.0.0.1")
    assert "http://127.0.0.1:8000/livez" in str(SERVICES["web"]["healthcheck"])
    assert "http://127.0.0.1:8000/livez" in DOCKERFILE


def test_the_image_does_not_run_as_root_and_installs_by_hash():
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["10001"]
    assert all("--require-hashes" in line for line in DOCKERFILE.splitlines() if "pip install" in line)
    assert "npm ci" in DOCKERFILE
    assert "npm install" not in DOCKERFILE


def test_the_server_is_the_same_in_the_image_and_in_the_demo():
    flags = ["config.asgi:application", "--ws-max-size 65536", "--timeout-graceful-shutdown 10", "--lifespan off"]
    makefile = (ROOT / "Makefile").read_text()
    assert all(flag in DOCKERFILE and flag in makefile for flag in flags)


def test_the_image_holds_the_product_and_no_local_state():
    kept = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert kept[0] == "*"
    assert {line[1:] for line in kept if line.startswith("!")} >= {
        *("manage.py", "config", "network", "casebook", "matching", "search"),
        *("package.json", "package-lock.json", ".npmrc", "requirements.lock", "requirements-celery.lock"),
        "requirements-dev.lock",
    }
    assert not [line for line in kept if line.startswith(("!var", "!.env", "!.git", "!tests"))]
