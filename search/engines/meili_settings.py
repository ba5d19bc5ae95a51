"""What the index in Meilisearch is made by, as code: settings, the form of documents, and the version they make."""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from search import phrases

MOST_HITS = 10_000
"""The default of 1,000 would cut short who pages on."""
CANDIDATES = 1_000
"""So many sections are proposed for one query; beyond them the database's order holds."""
MOST_FACET_VALUES = 1_000
"""The default of 100 would cut lists short."""
QUERY_WORDS = 10
"""Meilisearch reads no further."""
SHAPE = 3
"""Counts the forms that documents have had (`outbox.documents`): those of another form are written anew."""
KEY = re.compile(r"(public|network|steward|(org|lab|team|user):[0-9]+)")

SETTINGS: dict[str, Any] = {
    # The title first: the order of this list is the weight of the attribute.
    "searchableAttributes": ["title", "text"],
    "displayedAttributes": ["id", "case"],
    "filterableAttributes": [
        {
            "attributePatterns": ["id", "case", "keys"],
            # No facets and no comparisons: the values of `keys` would name other readers' organizations.
            "features": {"facetSearch": False, "filter": {"equality": True, "comparison": False}},
        }
    ],
    "sortableAttributes": ["case"],
    # The last rule decides between equals: the newer case, as in the database, and not which was written first.
    "rankingRules": ["words", "typo", "proximity", "attribute", "exactness", "case:desc"],
    # The analyser has dropped what has no meaning and replaced synonyms; typo tolerance takes ボード for ボート.
    "stopWords": [],
    "synonyms": {},
    "typoTolerance": {"enabled": False},
    "prefixSearch": "disabled",
    "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["jpn"]}],
    "pagination": {"maxTotalHits": MOST_HITS},
    "faceting": {"maxValuesPerFacet": MOST_FACET_VALUES},
    "facetSearch": False,
    # Rather less well sorted than too late: the database decides what is shown.
    "searchCutoffMs": 1000,
}


def version() -> str:
    """Names what an index is made by: an index made by anything else has to be filled anew."""
    parts = [json.dumps(SETTINGS, sort_keys=True), str(SHAPE), phrases.version()]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


def key_filter(keys: Iterable[str]) -> str:
    """The filter for documents that accept one of the keys.

    Meilisearch takes an empty filter for none at all and so answers with everything: refused here, like
    everything that is not a key of ours.
    """
    listed = sorted(keys)
    if not listed:
        raise ValueError("a reader without any key")
    for key in listed:
        if not KEY.fullmatch(key):
            raise ValueError(f"not a key: {key!r}")
    return "keys IN [{}]".format(", ".join(f'"{key}"' for key in listed))
