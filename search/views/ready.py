"""Whether the process can do its work: its database, and how search is answered."""

import json

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from network.views.home import readyz as database_ready
from search.engines.base import EngineUnavailable
from search.engines.meili import MeilisearchEngine


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """503 only without the database. Where Meilisearch does not answer, searches are answered all the same: `search`
    says `degraded`, and why."""
    answer = database_ready(request)
    if answer.status_code != 200 or not settings.MEILISEARCH_URL:
        return answer
    told = json.loads(answer.content)
    try:
        MeilisearchEngine().ready()
    except EngineUnavailable as problem:
        return JsonResponse({**told, "search": "degraded", "problem": str(problem)[:200]})
    return JsonResponse({**told, "search": "ok"})
