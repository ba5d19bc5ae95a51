"""Finding organizations and putting them side by side: a page of nothing for whoever may know of none."""

MATRIX = """
network:compare                         GET    -                       302 200 200 200 200 200 200 200 200 200 200 302 200 200
api-organization-facets                 GET    -                       401 200 200 200 200 200 200 200 200 200 200 401 200 200
"""
