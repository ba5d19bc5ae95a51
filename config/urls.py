"""Every address of the site."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from network.api.errors import unknown_address
from network.views.home import home, livez
from search.views.ready import readyz

handler500 = "network.views.busy.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("network.account_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("network.urls")),
    path("", include("casebook.urls")),
    path("", include("matching.urls")),
    path("", include("search.urls")),
    re_path(r"^api/v1/schema/?$", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include("network.api_urls")),
    path("api/v1/", include("casebook.api_urls")),
    path("api/v1/", include("matching.api_urls")),
    path("api/v1/", include("search.api_urls")),
    re_path(r"^api/", unknown_address, name="api-unknown"),
]
