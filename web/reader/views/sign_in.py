"""Sign-in by mailed link: ask, follow, press the button. And out again."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation import clock
from foundation.client_address import client_address
from foundation.mail.actions import LinkIsOver
from web.reader import sign_in, visitor
from web.reader.page import find_magazine, personal, render_for_house


class EmailForm(forms.Form):
    use_required_attribute = False
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("The one you gave when you subscribed."),
        error_messages={
            "required": _("Please give your e-mail address."),
            "invalid": _("This is not an e-mail address. It should look like name@example.com."),
        },
    )


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """The same answer for every mail address, whoever is behind it."""
    magazine = find_magazine(code)
    form = EmailForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 400 if request.method == "POST" else 200
        return render(request, "reader/sign_in.html", {"magazine": magazine, "form": form, "page": "my"}, status=status)
    sign_in.ask_for_link(
        magazine=magazine, email=form.cleaned_data["email"], ip=client_address(request), now=clock.now()
    )
    return render(request, "reader/sign_in_sent.html", {"magazine": magazine, "page": "my"})


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button, as mail scanners open every link; POST uses the link up."""
    try:
        if request.method != "POST":
            return render(request, "reader/sign_in_button.html", {"magazine": sign_in.look_at(token)})
        magazine, reader = sign_in.use(token)
    except LinkIsOver:
        return render_for_house(request, "reader/link_over.html", {"kind": "sign_in"}, status=410)
    visitor.sign_in(request, reader)
    return redirect("reader:my_subscription", code=magazine.code)


@personal
@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    visitor.sign_out(request)
    return render(request, "reader/signed_out.html", {"magazine": find_magazine(code)})
