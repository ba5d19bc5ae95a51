# syntax=docker/dockerfile:1

FROM node:22.23.2-bookworm-slim AS browser-files
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund && npm run --silent vendor


FROM python:3.11.15-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
# requirements-celery.lock for what does its background work by Celery.
ARG LOCK=requirements.lock
COPY requirements.lock requirements-celery.lock /tmp/
RUN pip install --require-hashes -r "/tmp/$LOCK"


FROM packages AS site
WORKDIR /app
COPY . .
COPY --from=browser-files /src/var/vendor var/vendor
# Babel, with its version and hashes from the development lock, compiles the translations and stays behind.
RUN sed -n '/^babel==/,/^ *#/p' requirements-dev.lock > /tmp/babel.lock \
    && pip install --require-hashes --target /tmp/babel -r /tmp/babel.lock \
    && if [ -d config/locale ]; then \
        PYTHONPATH=/tmp/babel python -m babel.messages.frontend compile -D django -d config/locale; fi
RUN SECRET_KEY=only-for-this-step python manage.py collectstatic --noinput --verbosity 0


FROM python:3.11.15-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin musubime
COPY --from=packages /venv /venv
COPY --from=site /app /app
# The code is root's; the site itself may write here only. Mount a volume on var/media, not on var.
RUN mkdir -p /app/var/media && chown musubime /app/var /app/var/media
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Who may say "the client's address is …" is the operator's decision: UVICORN_PROXY_HEADERS=true together with
# FORWARDED_ALLOW_IPS=<the proxy's address>. Until then such headers are ignored.
ENV UVICORN_PROXY_HEADERS=false
WORKDIR /app
USER 10001
EXPOSE 8000
# ALLOWED_HOSTS has to contain 127.0.0.1 for this.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
CMD ["sh", "-c", "exec uvicorn config.asgi:application --host 0.0.0.0 --port 8000 --workers ${WEB_WORKERS:-2} --ws-max-size 65536 --timeout-graceful-shutdown 10 --lifespan off"]
