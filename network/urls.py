"""Addresses of the registry."""

from django.urls import path

from network.views import editor, home, organizations

app_name = "network"

urlpatterns = [
    path("account/", home.account, name="account"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/<int:pk>/", organizations.organization, name="organization"),
    path("organizations/<int:pk>/describe/", editor.describe, name="describe"),
    path("organizations/<int:pk>/capacity/", editor.capacity, name="capacity"),
    path("organizations/<int:pk>/ratings/", editor.ratings, name="ratings"),
    path("organizations/<int:pk>/ratings/<str:code>/", editor.rating, name="rating"),
    path("organizations/<int:pk>/ratings/<str:code>/confirm/", editor.confirm, name="confirm"),
    path("organizations/<int:pk>/ratings/<str:code>/withdraw/", editor.withdraw, name="withdraw"),
]
