"""Addresses of needs and proposals."""

from django.urls import path

import network.addresses  # noqa: F401 - registers <record:…>
from matching.views import complementing, exposure, needs, running, together, trying

app_name = "matching"

urlpatterns = [
    path("needs/", needs.needs, name="needs"),
    path("needs/desk/", needs.desk, name="desk"),
    path("needs/together/", together.together, name="together"),
    path("needs/new/", needs.new_need, name="new_need"),
    path("needs/<record:pk>/", needs.need, name="need"),
    path("needs/<record:pk>/edit/", needs.edit_need, name="edit_need"),
    path("needs/<record:pk>/propose/", needs.propose, name="propose"),
    path("needs/<record:pk>/runs/<uuid:key>/", running.run, name="run"),
    path("needs/<record:pk>/runs/<uuid:key>/cancel/", running.cancel_run, name="cancel_run"),
    path("needs/<record:pk>/proposals/<record:proposal>/", needs.proposal, name="proposal"),
    path("needs/<record:pk>/proposals/<record:proposal>/try/", trying.trial, name="trial"),
    path("needs/<record:pk>/proposals/<record:proposal>/why-not/", trying.why_not, name="why_not"),
    path("organizations/<record:pk>/complements/", complementing.partners, name="partners"),
    path("steward/exposure/", exposure.exposure, name="exposure"),
]
