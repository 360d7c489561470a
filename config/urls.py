from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from web.api import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("api/", include("web.api.urls")),
    path("desk/", include("web.desk.urls")),
    path("", include("web.reader.urls")),
]
if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    # A mail provider's own reports; without a secret anybody could declare our mails bounced.
    urlpatterns.insert(0, path("anymail/", include("anymail.urls")))

if settings.ENVIRONMENT == "demo":
    urlpatterns.insert(0, path("demo/mail/", include("demo.mailbox")))

handler400 = "config.error_pages.bad_request"
handler403 = "config.error_pages.permission_denied"
handler404 = "config.error_pages.not_found"
handler500 = "config.error_pages.server_error"
