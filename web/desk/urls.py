from django.urls import include, path

urlpatterns = [
    path("sign-in/", include("web.desk.sign_in")),
]
