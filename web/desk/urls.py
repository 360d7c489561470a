from django.urls import include, path

from web.desk.admin import catalog, rows  # noqa: F401  # they register the admin's pages with the site
from web.desk.site import site

urlpatterns = [
    path("sign-in/", include("web.desk.sign_in")),
    path("", site.urls),
]
