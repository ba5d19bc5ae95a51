"""Results as JSON: the same for the command and the API."""

from typing import Any

from search.finding import Results


def as_json(results: Results) -> dict[str, Any]:
    """The object of the file format: facets are counts by value, the codes' names stand in the taxonomy."""
    return {
        "total": results.total,
        "hits": [
            {"id": hit.id, "title": hit.case.title, "snippet": hit.snippet.text, "score": round(hit.score, 6)}
            for hit in results.hits
        ],
        "facets": {facet.name: {value.value: value.count for value in facet.values} for facet in results.facets},
        "engine": results.engine,
        "took_ms": results.took_ms,
    }
